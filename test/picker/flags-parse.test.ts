import * as fc from 'fast-check';
import { FLAGS } from '../../lib/core/picker/flags';
import { parseFlags } from '../../lib/picker/flags-parse';
import { formatProblem } from '../../lib/core/problem';

const problems = (...argv: string[]) => parseFlags(argv).problems.map(formatProblem);

describe('a command line', () => {
  test.each([
    [['--pool-name=llm']],
    [['--pool-name', 'llm']],
    [['-pool-name=llm']],
    [['-pool-name', 'llm']],
    [['--pool-name=other', '--pool-name=llm']],
  ])('names the pool by %j', (argv) => {
    const { values, problems } = parseFlags(argv);

    expect(problems).toEqual([]);
    expect(values['pool-name']).toBe('llm');
  });

  test.each([
    [['--tracing'], true],
    [['--tracing=true'], true],
    [['--tracing=T'], true],
    [['--tracing', 'true'], true],
    [['--tracing=false'], false],
    [['--tracing=0'], false],
    [['--tracing', 'false'], false],
  ])('switches by %j', (argv, on) => {
    const { values, operands } = parseFlags(argv);

    expect(values.tracing).toBe(on);
    expect(operands).toEqual([]);
  });

  test('a switch does not take a following argument that says no boolean', () => {
    const { values, operands } = parseFlags(['--tracing', 'replay', 'file']);

    expect(values.tracing).toBe(true);
    expect(operands).toEqual(['replay', 'file']);
  });

  test('a value may contain an equals sign, dashes and line breaks', () => {
    const { values } = parseFlags(['--config-text=a: b=c\n--v: 1', '--endpoint-selector', '-x=y']);

    expect(values['config-text']).toBe('a: b=c\n--v: 1');
    expect(values['endpoint-selector']).toBe('-x=y');
  });

  test.each([
    ['--drain-timeout=1m30s', 'drain-timeout', 90_000],
    ['--refresh-metrics-interval=50ms', 'refresh-metrics-interval', 50],
    ['--max-request-body-size=1Gi', 'max-request-body-size', 2 ** 30],
    ['--grpc-port=0', 'grpc-port', 0],
    ['-v=4', 'v', 4],
    ['--v=4', 'v', 4],
    ['--endpoint-target-ports=8000,8001', 'endpoint-target-ports', [8000, 8001]],
    ['--objective-group=', 'objective-group', ''],
  ] as const)('reads %s by its type', (argument, name, value) => {
    const { values, problems } = parseFlags([argument]);

    expect(problems).toEqual([]);
    expect(values[name]).toEqual(value);
  });

  test('lists grow with each flag', () => {
    expect(parseFlags(['--plugin=a.js', '--plugin', 'b.js,c.js']).values.plugin).toEqual(['a.js', 'b.js', 'c.js']);
  });

  test('flags that are not given have their defaults', () => {
    const { values, given } = parseFlags(['--v=0']);

    expect(given).toEqual(new Set(['v']));
    expect(values['grpc-port']).toBe(9002);
    expect(Object.keys(values).sort()).toEqual(Object.keys(FLAGS).sort());
  });

  test('everything after two dashes is an operand', () => {
    expect(parseFlags(['a', '--', '--pool-name=x']).operands).toEqual(['a', '--pool-name=x']);
  });

  test('help and version need no other flags', () => {
    expect(parseFlags(['-h']).help).toBe(true);
    expect(parseFlags(['--help']).help).toBe(true);
    expect(parseFlags(['--version']).version).toBe(true);
  });

  test('takes a flag without effect, and says so', () => {
    const { problems, warnings } = parseFlags([
      '--zap-devel=true',
      '--grpc-max-send-msg-size=1Mi',
      '--zap-encoder=json',
    ]);

    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      '--zap-devel=true has no effect: logs are JSON lines of pino, which has no such setting',
      '--grpc-max-send-msg-size=1Mi has no effect: no message of the picker is larger than 64 KiB',
    ]);
  });
});

describe('what is wrong', () => {
  test('is reported all at once', () => {
    expect(
      problems(
        '--pool-nmae=llm',
        '--grpc-port=http',
        '--drain-timeout=30',
        '--refresh-metrics-interval=0s',
        '--max-request-body-size=4MB',
        '--tracing=maybe',
        '--pool-group=inference.networking.k8s.com',
        '--endpoint-target-ports=0',
        '--frobnicate',
        'value',
        '--v',
      ).join('\n'),
    ).toMatchInlineSnapshot(`
     "--pool-nmae is not a flag
           why: the picker would run with other settings than you think
           fix: write --pool-name
     --grpc-port 'http'
           why: its value is a port from 1 to 65535, or 0 for a free one
           fix: write --grpc-port=9002
     --drain-timeout '30'
           why: its value is a duration with its unit
           fix: write --drain-timeout=1m30s
     --refresh-metrics-interval '0s'
           why: the least is 1ms
           fix: write --refresh-metrics-interval=1ms or more
     --max-request-body-size '4MB'
           why: its value is a number of bytes
           fix: write --max-request-body-size=4Mi
     --tracing 'maybe'
           why: its value is true or false
           fix: write --tracing=true
     --pool-group 'inference.networking.k8s.com'
           why: it is one of inference.networking.k8s.io or inference.networking.x-k8s.io
           fix: write --pool-group=inference.networking.k8s.io
     --endpoint-target-ports '0'
           why: its value is ports from 1 to 65535 with commas between them
           fix: write --endpoint-target-ports=8000,8001
     --frobnicate is not a flag
           why: the picker would run with other settings than you think
           fix: remove it; --help lists the flags
     -v without a value
           why: it is the last argument
           fix: write -v=VALUE, or leave it out"
    `);
  });

  test.each([
    [
      '--kv-cache-usage-percentage-metric=x',
      'set kvUsageSpec of the plugin core-metrics-extractor in the configuration',
    ],
    ['--model-server-metrics-port', 'set port of the plugin metrics-data-source in the configuration'],
  ])('%s is refused with its successor', (argument, fix) => {
    expect(parseFlags([argument]).problems).toMatchObject([{ fix }]);
  });
});

test('no command line makes the parser fail', () => {
  const names = Object.keys(FLAGS);
  const argument = fc.oneof(
    fc.string(),
    fc.tuple(fc.constantFrom('-', '--'), fc.constantFrom(...names), fc.string()).map(([d, n, v]) => `${d}${n}=${v}`),
    fc.constantFrom('--', '-', '--=', '-=x', ...names.map((name) => `--${name}`)),
  );
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 8 }), (argv) => {
      const parsed = parseFlags(argv);
      for (const { what, why, fix } of parsed.problems)
        expect([what, why, fix].every((text) => text !== '')).toBe(true);
      expect(Object.keys(parsed.values)).toHaveLength(names.length);
    }),
    { seed: 3, numRuns: 2000 },
  );
});
