import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitCommit } from '../../scripts/git-commit';

const AUTHOR = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-commit-'));
  writeFileSync(join(folder, 'package.json'), '{}');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const git = (...args: readonly string[]): string =>
  execFileSync('git', [...AUTHOR, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function commit(): void {
  git('init');
  git('add', 'package.json');
  git('commit', '--message', 'first');
}

test('is that of the repository', () => {
  commit();

  expect(gitCommit(folder)).toMatch(/^[0-9a-f]{40}$/);
  expect(gitCommit(folder)).toBe(git('rev-parse', 'HEAD').trim());
});

test('is empty outside of a repository', () => {
  expect(gitCommit(folder)).toBe('');
});

test('is empty in a repository without a commit', () => {
  git('init');
  git('add', 'package.json');

  expect(gitCommit(folder)).toBe('');
});

test('is empty for a folder that lies in a repository and is no part of it', () => {
  commit();
  const inside = join(folder, 'node_modules', 'package');
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(inside, 'package.json'), '{}');

  expect(gitCommit(inside)).toBe('');
});

test('is empty where git is not installed', () => {
  commit();

  expect(gitCommit(folder, join(folder, 'git'))).toBe('');
});
