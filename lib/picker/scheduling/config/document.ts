import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml';
import type { DocumentPath } from '../../../core/located-problem';
import type { Problem } from '../../../core/problem';

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem of a text as such, and where it is. */
export interface TextProblem {
  readonly position: Position;
  readonly problem: Problem;
}

/** A YAML or JSON document and where its parts stand. */
export interface ConfigDocument {
  readonly value: unknown;
  /** Problems of the syntax; the value is of no use when there are any but fields that stand twice. */
  readonly problems: readonly TextProblem[];
  readonly broken: boolean;
  /** Where a value stands, or the nearest one above it that is there. */
  locate(path: DocumentPath): Position;
}

/** Reads a text as YAML 1.2, of which JSON is a part. */
export function readDocument(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = document.errors.map((error) => ({
    position: positionOf(error.pos[0]),
    problem: describe(error, text),
  }));
  const broken = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  const locate = (path: DocumentPath): Position => positionOf(offsetOf(document.contents, path, resolve));
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  try {
    return { value: broken ? undefined : document.toJS(), problems, broken, locate };
  } catch (error) {
    // Aliases that name nothing, or that would unfold to a huge value.
    const problem = unreadable(error instanceof Error ? error.message : String(error));
    return { value: undefined, problems: [...problems, { position: positionOf(0), problem }], broken: true, locate };
  }
}

function describe(error: YAMLError, text: string): Problem {
  if (error.code === 'DUPLICATE_KEY') {
    return {
      what: `field '${/^["']?([^"':\s]*)/.exec(text.slice(error.pos[0]))?.[1] ?? ''}' stands twice`,
      why: 'one of its two values would be lost',
      fix: 'keep one of them',
    };
  }
  if (error.code === 'MULTIPLE_DOCS') {
    return {
      what: 'the text has a second document',
      why: 'the picker reads one configuration',
      fix: 'remove what follows ---',
    };
  }
  return unreadable(error.message);
}

function unreadable(reason: string): Problem {
  return { what: 'the text is not YAML or JSON', why: lowerFirst(reason), fix: 'correct it there' };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Offset of the last node on a path that is there: of a field its name, of an item its beginning. */
function offsetOf(root: Node | null, path: DocumentPath, resolve: (node: unknown) => unknown): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    const here = resolve(node);
    if (isMap(here)) {
      const pair = here.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(here)) {
      node = here.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  const { range } = (node ?? {}) as { readonly range?: readonly number[] | null };
  return range?.[0];
}
