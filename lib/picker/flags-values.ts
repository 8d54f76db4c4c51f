import { formatGoDuration, parseGoDuration } from '../core/go-duration';
import { nearMiss } from '../core/near-miss';
import type { FlagFacts, FlagType, FlagTypes } from '../core/picker/flags-facts';
import { oneOf, type Problem } from '../core/problem';
import { formatBytes, parseBytes } from '../core/quantity';

type AnyValue = FlagTypes[FlagType];

interface Reading {
  /** Undefined where the text says nothing of the type. */
  readonly read: (text: string) => AnyValue | undefined;
  readonly write: (value: never) => string;
  /** What a value is, and how one looks. */
  readonly what: string;
  readonly example: string;
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false])),
};

const MOST_PORT = 65_535;

const READINGS: Readonly<Record<FlagType, Reading>> = {
  boolean: { read: (text) => readBoolean(text), write: String, what: 'true or false', example: 'true' },
  integer: { read: readInteger, write: String, what: 'a whole number', example: '2' },
  port: {
    read: (text) => {
      const port = readInteger(text);
      return port !== undefined && port >= 0 && port <= MOST_PORT ? port : undefined;
    },
    write: String,
    what: 'a port from 1 to 65535, or 0 for a free one',
    example: '9002',
  },
  text: { read: (text) => text, write: (value: string) => value, what: 'a text', example: 'text' },
  duration: { read: parseGoDuration, write: formatGoDuration, what: 'a duration with its unit', example: '1m30s' },
  size: { read: parseBytes, write: formatBytes, what: 'a number of bytes', example: '4Mi' },
  list: {
    read: splitList,
    write: (value: readonly string[]) => value.join(','),
    what: 'names with commas between them',
    example: 'a,b',
  },
  ports: {
    read: readPorts,
    write: (value: readonly number[]) => value.join(','),
    what: 'ports from 1 to 65535 with commas between them',
    example: '8000,8001',
  },
};

/** The boolean that a text says, in any spelling that Go takes. */
export function readBoolean(text: string): boolean | undefined {
  return Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
}

function readInteger(text: string): number | undefined {
  const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function splitList(text: string): readonly string[] {
  return text.split(',').filter((part) => part !== '');
}

function readPorts(text: string): readonly number[] | undefined {
  const ports = splitList(text).map((part) => readInteger(part.trim()) ?? 0);
  return ports.length > 0 && ports.every((port) => port >= 1 && port <= MOST_PORT) ? ports : undefined;
}

/** What the text of a flag stands for, or what is wrong with it. */
export function readFlag(name: string, facts: FlagFacts, text: string): { value: AnyValue } | { problem: Problem } {
  const { read, what, example } = READINGS[facts.type];
  const value = read(text);
  const written = `${dashed(name)} '${text}'`;
  if (value === undefined) {
    return { problem: { what: written, why: `its value is ${what}`, fix: `write ${dashed(name)}=${example}` } };
  }
  if (facts.min !== undefined && typeof value === 'number' && value < facts.min) {
    const least = writeFlag(facts, facts.min);
    return { problem: { what: written, why: `the least is ${least}`, fix: `write ${dashed(name)}=${least} or more` } };
  }
  if (
    facts.choices !== undefined &&
    value !== facts.default &&
    typeof value === 'string' &&
    !facts.choices.includes(value)
  ) {
    const meant = nearMiss(value, facts.choices);
    return {
      problem: {
        what: written,
        why: `it is one of ${oneOf(facts.choices)}`,
        fix: `write ${dashed(name)}=${meant ?? facts.choices[0] ?? ''}`,
      },
    };
  }
  return { value };
}

/** A value as it is written on the command line. */
export function writeFlag(facts: FlagFacts, value: AnyValue): string {
  // The facts say of which type the value is.
  return READINGS[facts.type].write(value as never);
}

/** A flag with its dashes: one for a single letter, else two. */
export function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
