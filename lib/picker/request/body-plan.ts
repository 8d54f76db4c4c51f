import type { BodyFormat } from './body-format';
import { Byte, type JsonCursor, spells } from './json-cursor';

/** What to do with a member of a body; `index` counts prompts and limits in the order of the format. */
export type MemberAction =
  | { readonly kind: 'model' | 'stream' | 'salt' | 'required' }
  | { readonly kind: 'prompt' | 'limit'; readonly index: number }
  | { readonly kind: 'inside'; readonly members: readonly PlannedMember[] };

/** A member that a body is searched for. */
export interface PlannedMember {
  readonly name: string;
  readonly action: MemberAction;
}

/** Everything that a body of a format is searched for, the members of objects in it included. */
export function planFor(format: BodyFormat): readonly PlannedMember[] {
  const prompts = format.prompt.map((name, index): PlannedMember => ({ name, action: { kind: 'prompt', index } }));
  const required = format.required?.name;
  return [
    { name: 'model', action: { kind: 'model' } },
    ...prompts,
    ...(required === undefined || format.prompt.includes(required)
      ? []
      : [{ name: required, action: { kind: 'required' } } as const]),
    { name: 'stream', action: { kind: 'stream' } },
    { name: 'cache_salt', action: { kind: 'salt' } },
    ...limitsFor(format.outputLimits),
  ];
}

function limitsFor(paths: readonly string[]): readonly PlannedMember[] {
  const members: PlannedMember[] = [];
  const inside = new Map<string, PlannedMember[]>();
  paths.forEach((path, index) => {
    const [outer = path, inner] = path.split('.');
    const limit = { kind: 'limit', index } as const;
    if (inner === undefined) members.push({ name: outer, action: limit });
    else inside.set(outer, [...(inside.get(outer) ?? []), { name: inner, action: limit }]);
  });
  for (const [name, found] of inside) members.push({ name, action: { kind: 'inside', members: found } });
  return members;
}

/** Goes over the name at the cursor and returns what to do with its member; undefined for one that nobody asks for. */
export function actionAt(cursor: JsonCursor, members: readonly PlannedMember[]): MemberAction | undefined {
  const start = cursor.at + 1;
  cursor.string();
  const end = cursor.at - 1;
  if (cursor.escaped) {
    const name = stringAt(cursor, start, end);
    return members.find((member) => member.name === name)?.action;
  }
  for (const member of members) if (spells(cursor.view, start, end, member.name)) return member.action;
  return undefined;
}

const decoder = new TextDecoder();

/** The string between two quotes. */
export function stringAt(cursor: JsonCursor, start: number, end: number): string {
  const { buffer, byteOffset } = cursor.view;
  const text = decoder.decode(new Uint8Array(buffer, byteOffset + start, end - start));
  // Checked by the cursor before: the text is a string in JSON.
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

/** The string that is the value at the cursor, or undefined for a value of another kind; goes over it either way. */
export function stringValue(cursor: JsonCursor, byte: number): string | undefined {
  const start = cursor.at + 1;
  cursor.value(byte);
  return byte === Byte.QUOTE ? stringAt(cursor, start, cursor.at - 1) : undefined;
}

/** The whole number from 0 on that is the value at the cursor, or undefined for anything else. */
export function countValue(cursor: JsonCursor, byte: number): number | undefined {
  const start = cursor.at;
  cursor.value(byte);
  if (byte < 0x30 || byte > 0x39) return undefined;
  const value = Number(stringAt(cursor, start, cursor.at));
  return Number.isSafeInteger(value) ? value : undefined;
}
