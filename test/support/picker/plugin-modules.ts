import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Modules as a team would mount them: built to CommonJS, without this package at run time. */
const MODULES = {
  sample: `// A module as a team would mount it: built to CommonJS, without the package at run time.
const scorer = (type, create, rest = {}) => ({ kind: 'scorer', type, create, ...rest });

exports.zone = scorer(
  'zone-scorer',
  ({ zone }) =>
    (_request, endpoint) =>
      endpoint.labels.zone === zone ? 1 : 0.25,
  { parameters: (reader) => ({ zone: reader.string('zone', 'b') }), timeLimitMs: 2000 },
);

exports.fast = {
  kind: 'filter',
  type: 'fast-filter',
  create: () => (_request, endpoint) => endpoint.labels.speed === 'fast',
  timeLimitMs: 2000,
};

exports.throwing = scorer(
  'throwing-scorer',
  () => (request) => {
    throw new Error(\`no opinion on \${request.model}\`);
  },
  { timeLimitMs: 2000 },
);

exports.wrong = scorer('wrong-scorer', () => () => NaN, { timeLimitMs: 2000 });

exports.functions = scorer('functions-scorer', () => () => () => 1, { timeLimitMs: 2000 });

exports.endless = scorer(
  'endless-scorer',
  () => (request) => {
    while (request.model === 'loop');
    return 1;
  },
  { timeLimitMs: 20 },
);

exports.greedy = scorer(
  'greedy-scorer',
  () => (request) => {
    const kept = [];
    while (request.model === 'loop') kept.push(new Array(1000).fill(request.model + kept.length));
    return 1;
  },
  { timeLimitMs: 20 },
);

exports.exiting = scorer(
  'exiting-scorer',
  () => (request) => {
    if (request.model === 'loop') process.exit(1);
    return 1;
  },
  { timeLimitMs: 20 },
);

exports.inProcess = scorer('in-process-scorer', () => (_request, endpoint) => endpoint.load.requests / 10, {
  isolate: false,
  timeLimitMs: 2000,
});
`,
  empty: `module.exports = { nothing: 1 };
`,
  broken: `exports.broken = {
  kind: 'scorer',
  type: 'broken-scorer',
  create: () => {
    throw new Error('no file for it');
  },
};
`,
  throwing: `throw new Error('syntax of another world');
`,
};

/** Writes the modules to a folder of their own. Returns the path of each. */
export function writeModules(): Readonly<Record<keyof typeof MODULES, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'plugins-'));
  const paths = Object.entries(MODULES).map(([name, text]) => {
    const path = join(folder, `${name}.cjs`);
    writeFileSync(path, text);
    return [name, path];
  });
  return Object.fromEntries(paths) as Record<keyof typeof MODULES, string>;
}
