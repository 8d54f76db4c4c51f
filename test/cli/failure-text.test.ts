import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ending, failureText } from '../../lib/cli/failure-text';

const folder = mkdtempSync(join(tmpdir(), 'failure-text-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What is said of a program that Node.js really ran. */
function ofProgram(text: string, name = 'chart.js'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return failureText(spawnSync(process.execPath, [path], { encoding: 'utf8' }));
}

function ofEnding(ending: Partial<Ending>): string {
  return failureText({ status: 1, signal: null, stdout: '', stderr: '', ...ending });
}

const numbered = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i + 1}`).join('\n');

describe('of an error that nobody caught', () => {
  test('is its own text, not the line of source that threw it', () => {
    expect(ofProgram('throw new Error(`Validation failed: ${1 + 1}`);')).toBe('Error: Validation failed: 2');
  });

  test('has all lines of its message', () => {
    expect(ofProgram(`throw new RangeError('two problems:\\n  first\\n      why: none\\n\\n  second');`)).toBe(
      'RangeError: two problems:\n  first\n      why: none\n\n  second',
    );
  });

  test('keeps lines that only look like a stack or a mark', () => {
    expect(ofProgram(`throw new Error('wrong value:\\n\\na: b: c\\n   ^\\n    at line 3');`)).toBe(
      'Error: wrong value:\n\na: b: c\n   ^\n    at line 3',
    );
  });

  test('leaves out what was printed before it', () => {
    expect(ofProgram(`console.error('warning: error budget'); console.error(new Error('old')); null.x;`)).toMatch(
      /^TypeError: Cannot read properties of null[^\n]*$/,
    );
  });

  test('leaves out its other fields and its cause', () => {
    expect(ofProgram(`throw Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'X' });`)).toBe(
      'Error: outer',
    );
  });

  test('of a rejected promise is the same', () => {
    expect(ofProgram(`Promise.reject(new Error('later\\nmore'));`)).toBe('Error: later\nmore');
  });

  test('whose stack begins in the engine is the same', () => {
    expect(ofProgram(`JSON.parse('{"a": }');`)).toMatch(/^SyntaxError: [^\n]*JSON[^\n]*$/);
  });

  test('is what was thrown where that is no error', () => {
    expect(ofProgram(`throw 'no region is set';`)).toBe('no region is set');
    expect(ofProgram(`throw { region: null };`)).toBe('{ region: null }');
  });

  test('without a message has its place', () => {
    expect(ofProgram('\nthrow new Error();')).toBe(`Error\nat ${join(folder, 'chart.js')}:2`);
  });

  test('names the missing package', () => {
    expect(ofProgram(`require('nowhere');`)).toBe(
      `Error: Cannot find module 'nowhere'\nRequire stack:\n- ${join(folder, 'chart.js')}`,
    );
  });

  test('ends after 40 lines', () => {
    expect(ofProgram(`throw new Error(${JSON.stringify(numbered(42))});`)).toBe(
      `Error: ${numbered(40)}\n... 2 more lines ...`,
    );
    expect(ofProgram(`throw new Error(${JSON.stringify(numbered(41))});`)).toMatch(
      /\nline 40\n\.\.\. 1 more line \.\.\.$/,
    );
  });

  test('has no line longer than 400 characters', () => {
    expect(ofProgram(`throw 'x'.repeat(1000);`)).toBe(`${'x'.repeat(400)} ...`);
  });
});

describe('of a syntax error', () => {
  test('has its place, which the stack lacks', () => {
    expect(ofProgram('const a = 1;\nconst b = ;')).toBe(
      `SyntaxError: Unexpected token ';'\nat ${join(folder, 'chart.js')}:2`,
    );
  });

  test('in an ECMAScript module too', () => {
    expect(ofProgram('const b = ;', 'chart.mjs')).toMatch(
      /^SyntaxError: Unexpected token ';'\nat file:\/\/.*\/chart\.mjs:1$/,
    );
  });

  test('of ts-node are the diagnostics', () => {
    const stderr = `/app/node_modules/ts-node/src/index.ts:859
    return new TSError(diagnosticText, diagnosticCodes, diagnostics);
           ^
TSError: ⨯ Unable to compile TypeScript:
chart.ts(1,11): error TS1109: Expression expected.
chart.ts(2,11): error TS1109: Expression expected.

    at createTSError (/app/node_modules/ts-node/src/index.ts:859:12)
    at reportTSError (/app/node_modules/ts-node/src/index.ts:863:19) {
  diagnosticCodes: [ 1109, 1109 ]
}
`;
    const text = `TSError: ⨯ Unable to compile TypeScript:
chart.ts(1,11): error TS1109: Expression expected.
chart.ts(2,11): error TS1109: Expression expected.`;

    expect(ofEnding({ stderr })).toBe(text);
    expect(ofEnding({ stderr: stderr.replaceAll('\n', '\r\n') })).toBe(text);
  });
});

describe('of a program that ends by itself', () => {
  test('is what it printed as errors', () => {
    expect(ofProgram(`console.log('starting'); console.error('no region is set'); process.exit(1);`)).toBe(
      'no region is set',
    );
  });

  test('is what it printed where it printed no errors', () => {
    expect(ofProgram(`console.log('no region is set'); process.exit(1);`)).toBe('no region is set');
  });

  test('has neither stacks nor fields of errors that it printed', () => {
    const text = `const error = Object.assign(new Error('no region\\n  is set'), { code: 'X', at: 3 });
      console.error(error); console.error('giving up'); process.exit(1);`;

    expect(ofProgram(text)).toBe('Error: no region\n  is set\ngiving up');
  });

  test('has no colours', () => {
    expect(ofEnding({ stderr: '\u001b[31mno region\u001b[39m' })).toBe('no region');
  });

  test('is the last 40 lines', () => {
    expect(ofEnding({ stderr: `first\n${numbered(40)}\n` })).toBe(`... 1 more line ...\n${numbered(40)}`);
  });

  test('without a word is its exit code', () => {
    expect(ofEnding({ status: 3, stderr: '\n' })).toBe('it exited with code 3');
  });

  test('by a signal is the signal', () => {
    expect(ofProgram(`process.kill(process.pid, 'SIGKILL');`)).toBe('it was ended by the signal SIGKILL');
    expect(ofEnding({ status: null })).toBe('it was ended by the signal unknown');
  });
});
