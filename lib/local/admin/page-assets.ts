import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A file of the page. */
export interface PageAsset {
  readonly type: string;
  readonly text: string;
}

/** Files of the page by the path of their address. */
export type PageAssets = ReadonlyMap<string, PageAsset>;

/** Files that the page is made of. */
export const PAGE_FILES = ['index.html', 'page.js', 'page.css'] as const;

/** Folder that the page is built to, below `build`. */
export const PAGE_FOLDER = 'local-page';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** The page from the texts of its files. */
export function pageAssets(text: (file: (typeof PAGE_FILES)[number]) => string): PageAssets {
  return new Map(
    PAGE_FILES.map((file) => {
      const type = TYPES[file.split('.').at(-1) ?? ''] ?? 'text/plain';
      return [file === 'index.html' ? '/' : `/${file}`, { type, text: text(file) }] as const;
    }),
  );
}

/** The page as it was built, beside this file or its bundle; a note how to build it where it was not. */
export function builtPage(): PageAssets {
  const above = ['..', '../..', '../../..', '../../../build'].map((up) => resolve(__dirname, up, PAGE_FOLDER));
  const folder = above.find((one) => existsSync(join(one, 'index.html')));
  if (folder === undefined) return new Map([['/', { type: TYPES['html'] ?? '', text: NOT_BUILT }]]);
  return pageAssets((file) => readFileSync(join(folder, file), 'utf8'));
}

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Not built</title>
<p>The page is not built yet: run <code>npm run build</code> in the clone, then start the stack again.
What it would show is at <a href="/api/state">/api/state</a>.`;
