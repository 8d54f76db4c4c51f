import { Accelerator } from '../core/accelerators';
import { KNOWN_MODELS, modelFacts } from '../core/models';
import type { ModelFacts } from '../core/models/model-facts';
import { nearMiss } from '../core/near-miss';
import { oneOf, type Problem, ValidationError } from '../core/problem';

/** Where problems of the command line are. */
export const COMMAND = 'simulate';

/** Throws one problem of the command line. */
export function refuse(problem: Problem): never {
  throw new ValidationError(COMMAND, [problem]);
}

/** An accelerator by its name here, its node label, or a part that only one has: `L4`, `H100`, `nvidia-l4`. */
export function acceleratorNamed(text: string): Accelerator {
  const wanted = plain(text);
  const entries = Object.entries(Accelerator).flatMap(([key, value]) =>
    typeof value === 'object' && 'gkeAccelerator' in value ? [[key, value] as const] : [],
  );
  const exact = entries.find(([key, { gkeAccelerator }]) => [plain(key), plain(gkeAccelerator)].includes(wanted));
  if (exact !== undefined) return exact[1];
  const close = entries.filter(([key]) => plain(key).includes(wanted));
  // Several memory sizes or networks of one GPU: the plainest name is meant.
  const [first] = [...close].sort(([a], [b]) => a.length - b.length);
  if (first !== undefined) return first[1];
  const names = entries.map(([key]) => key);
  return refuse({
    what: `--accelerator ${text}`,
    why: 'there is none of that name',
    fix: `use ${oneOf(names)}`,
  });
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** A model of the catalogue. */
export function modelNamed(id: string): ModelFacts {
  const facts = modelFacts(id);
  if (facts !== undefined) return facts;
  const names = KNOWN_MODELS.map((model) => model.id);
  const meant = nearMiss(id, names);
  return refuse({
    what: `model ${id}`,
    why: 'its layers and parameters are not known, and its steps cost what they do because of them',
    fix: meant === undefined ? `use one of the catalogue: ${oneOf(names)}` : `did you mean ${meant}?`,
  });
}

/** One of several named things. */
export function named<T extends { readonly name: string }>(option: string, text: string, all: readonly T[]): T {
  const found = all.find(({ name }) => name === text);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name);
  const meant = nearMiss(text, names);
  return refuse({
    what: `--${option} ${text}`,
    why: 'there is none of that name',
    fix: meant === undefined ? `use ${oneOf(names)}` : `did you mean ${meant}? There are ${oneOf(names)}`,
  });
}

/** A number of an option, with limits. */
export function numberOption(option: string, text: string, least: number, whole = false): number {
  const value = Number(text);
  const fits = Number.isFinite(value) && value >= least && (!whole || Number.isInteger(value)) && text.trim() !== '';
  if (fits) return value;
  return refuse({
    what: `--${option} ${text}`,
    why: `it must be a ${whole ? 'whole ' : ''}number of at least ${least}`,
    fix: `write --${option} ${Math.max(1, least)}`,
  });
}
