import { parseMetricSelector } from '../../../lib/picker/pool/metric-selector';

test.each([
  ['vllm:num_requests_waiting', 'vllm:num_requests_waiting', []],
  ['m{}', 'm', []],
  ['m{request_type=waiting}', 'm', [['request_type', 'waiting']]],
  [
    'm{a="x", b=\'y\'}',
    'm',
    [
      ['a', 'x'],
      ['b', 'y'],
    ],
  ],
  [' m { a = "x" , } ', 'm', [['a', 'x']]],
  ['m{a="with \\"quotes\\", a comma and }"}', 'm', [['a', 'with "quotes", a comma and }']]],
  ['m{a=}', 'm', [['a', '']]],
])('%s is read', (text, name, labels) => {
  expect(parseMetricSelector(text)).toEqual({ name, labels });
});

test.each([
  ['', "metric '' cannot be read", 'it does not begin with the name of a metric'],
  ['1m', "metric '1m' cannot be read", 'it does not begin with the name of a metric'],
  ['m[5m]', "metric 'm[5m]' cannot be read", 'only labels in braces may follow the name'],
  ['m{a="x"', 'metric \'m{a="x"\' cannot be read', 'only labels in braces may follow the name'],
  ['m{a}', "metric 'm{a}' cannot be read", '\'a\' is not label="value"'],
  ['m{a!="x"}', 'metric \'m{a!="x"}\' cannot be read', 'labels are compared with =, not with !='],
  ['m{a=~"x.*"}', 'metric \'m{a=~"x.*"}\' cannot be read', 'labels are compared with =, not with =~'],
])('%s is refused', (text, what, why) => {
  expect(parseMetricSelector(text)).toEqual({ what, why, fix: 'write name or name{label="value"}' });
});
