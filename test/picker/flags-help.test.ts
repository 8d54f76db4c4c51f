import { FLAGS } from '../../lib/core/picker/flags';
import { helpText } from '../../lib/picker/flags-help';

const help = helpText();

test.each(Object.keys(FLAGS))('the help has %s', (name) => {
  expect(help).toMatch(new RegExp(`^  --?${name}=`, 'm'));
});

test('the help says defaults as they are written, and what is wrong with a flag', () => {
  expect(help).toContain(`  --drain-timeout=30s
      How long to take new requests after SIGTERM, until every gateway knows.
`);
  expect(help).toContain(`  --zap-devel=false
      Development mode. No effect: logs are JSON lines of pino, which has no such setting.
`);
});

test('lines of the help fit into a terminal', () => {
  expect(help.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
