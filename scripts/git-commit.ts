import { execFileSync } from 'node:child_process';

/** The commit that a folder's files are from; empty where there is no git, or none that knows the folder. */
export function gitCommit(folder: string, command = 'git'): string {
  const git = (...args: string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    // Sources without a repository of their own may lie inside one that has nothing to do with them.
    git('ls-files', '--error-unmatch', 'package.json');
    return git('rev-parse', 'HEAD');
  } catch {
    return '';
  }
}
