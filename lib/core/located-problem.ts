import type { Problem } from './problem';

/** Where a value stands in a document: names of fields and indexes of lists from the top down. */
export type DocumentPath = readonly (string | number)[];

/** A problem and where it is, so that whoever has the text of the document can say the line. */
export interface LocatedProblem {
  readonly path: DocumentPath;
  readonly problem: Problem;
}

/** Problems at a place. */
export function at(path: DocumentPath, ...problems: readonly (Problem | undefined)[]): readonly LocatedProblem[] {
  return problems.flatMap((problem) => (problem === undefined ? [] : [{ path, problem }]));
}
