import { stripVTControlCharacters } from 'node:util';

/** How a program ended, as `spawnSync` tells it. */
export interface Ending {
  /** Its exit code; `null` where a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest text that is shown; what a check says takes three lines. */
const MAX_LINES = 40;
const MAX_COLUMNS = 400;

/**
 * Where Node.js and ts-node say that an error was not caught: the place, the line of source there, and marks below what
 * threw it. Texts of errors may have such marks too, but no place two lines above them.
 */
const EXCERPT = /^(\S.*:\d+)\n.*\n[ \t]*\^+[ \t]*$/gm;

/** A line of a stack: `    at name (file:1:2)`, `    at file:1:2` or `    at JSON.parse (<anonymous>)`. */
const FRAME = /^ {4}at (?:.* )?\(?(?:\S.*:\d+:\d+|<anonymous>|native|index \d+)\)?(?: \{)?$/;

/** What Node.js adds below an error that was not caught. */
const TRAILER = /^(?:Node\.js v\d|\(Use `node --trace)/;

/** The fields of an error, which Node.js prints below its stack. */
const FIELDS = /^( {4}at .*) \{\n[^]*?\n\}$/gm;

/** Why a program failed, in its own words as far as it has any. */
export function failureText(ending: Ending): string {
  const stderr = plain(ending.stderr);
  return uncaught(stderr) ?? said(stderr) ?? said(plain(ending.stdout)) ?? withoutWords(ending);
}

function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n/g, '\n');
}

/** The text of the error that ended a program: what stands between the excerpt of its source and its stack. */
function uncaught(stderr: string): string | undefined {
  const excerpt = [...stderr.matchAll(EXCERPT)].at(-1);
  if (excerpt === undefined) return undefined;
  const lines = stderr.slice(excerpt.index + excerpt[0].length).split('\n');
  const end = lines.findIndex((line) => FRAME.test(line) || TRAILER.test(line));
  const text = bounded(end < 0 ? lines : lines.slice(0, end), 'start');
  return text === '' ? undefined : text + placeOf(text, excerpt[1] ?? '');
}

/**
 * The stack of a syntax error is that of the parser, so that its file and line are in the excerpt only; an error without a
 * message says nothing but its place.
 */
function placeOf(text: string, place: string): string {
  const isFile = place.startsWith('file:') || /^(?:[A-Za-z]:)?[\\/]/.test(place);
  return isFile && /^(?:SyntaxError\b|\w+$)/.test(text) ? `\nat ${place}` : '';
}

/** What a program printed, without stacks; what it said last is closest to its end. */
function said(output: string): string | undefined {
  const lines = output.replace(FIELDS, '$1').split('\n');
  const text = bounded(
    lines.filter((line) => !FRAME.test(line)),
    'end',
  );
  return text === '' ? undefined : text;
}

function withoutWords({ status, signal }: Ending): string {
  return status === null ? `it was ended by the signal ${signal ?? 'unknown'}` : `it exited with code ${status}`;
}

/** Lines without empty ones around them, at most so many from the start or up to the end. */
function bounded(lines: readonly string[], keep: 'start' | 'end'): string {
  const all = lines.join('\n').trim().split('\n').map(shortened);
  const left = all.length - MAX_LINES;
  if (left <= 0) return all.join('\n');
  const more = `... ${left} more line${left === 1 ? '' : 's'} ...`;
  return keep === 'start' ? [...all.slice(0, MAX_LINES), more].join('\n') : [more, ...all.slice(left)].join('\n');
}

function shortened(line: string): string {
  return line.length > MAX_COLUMNS ? `${line.slice(0, MAX_COLUMNS)} ...` : line.trimEnd();
}
