import { readFile } from 'node:fs/promises';
import { ValidationError } from '../../core/problem';

/** Reads a text file that somebody named. Throws a `ValidationError` that says which one and why not. */
export async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ValidationError(what, [
      { what: `${path} cannot be read`, why, fix: 'check the path, and that the user of this process may read it' },
    ]);
  }
}
