import { parseCommand } from '../../lib/picker/main-command';

const parse = (...argv: string[]) => parseCommand(argv, {});

test('serves when there is no command', () => {
  expect(parse('--pool-name=llm')).toMatchObject({ kind: 'serve', options: { source: { name: 'llm' } } });
});

test('shows help and version whatever else is wrong', () => {
  expect(parse('--nonsense', '--help')).toEqual({ kind: 'help' });
  expect(parse('--nonsense', '--version')).toEqual({ kind: 'version' });
});

test.each(['replay', 'check-config'] as const)('%s works on a file, with plugins', (command) => {
  expect(parse(command, 'file', '--plugin=a.js')).toEqual({
    kind: command,
    file: 'file',
    plugins: ['a.js'],
  });
});

test('replay takes another configuration to try', () => {
  expect(parse('replay', 'file', '--config-file=other.yaml')).toMatchObject({ otherConfig: 'other.yaml' });
  expect(parse('check-config', 'file', '--config-file=other.yaml')).toMatchObject({ kind: 'invalid' });
});

test('reports what is wrong with a command', () => {
  expect(parse('replay', '--v=2', '--pool-name=a')).toEqual({
    kind: 'invalid',
    problems: [
      { what: 'replay without a file', why: 'it works on one', fix: 'write replay FILE' },
      { what: 'replay with --v and --pool-name', why: 'it takes --plugin and --config-file only', fix: 'remove them' },
    ],
  });
  expect(parse('replay', 'a', 'b')).toMatchObject({ problems: [{ what: 'replay with 2 files' }] });
});

test('proposes the command that was meant', () => {
  expect(parse('check-confg', 'a')).toEqual({
    kind: 'invalid',
    problems: [
      { what: "'check-confg' is not a command", why: 'the picker has no such command', fix: 'write check-config' },
    ],
  });
  expect(parse('--pool-name=a', 'surprise')).toMatchObject({ problems: [{ what: "'surprise' is not a flag" }] });
});
