import { metricsPage } from '../../../lib/picker/io/metrics-page';

test("the page has the picker's metrics and those of the process", async () => {
  const page = metricsPage({ pages: () => ['a 1\n', 'b 2\n'] });

  const { contentType, body } = await page.render();

  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(body.startsWith('a 1\nb 2\n')).toBe(true);
  expect(body).toContain('nodejs_eventloop_lag_seconds');
  expect(body).toContain('process_resident_memory_bytes');
});

test('metrics of the process can be left out', async () => {
  const page = metricsPage({ pages: () => ['a 1\n'], process: false });

  expect((await page.render()).body).toBe('a 1\n');
});

test('others run while a long page is made', async () => {
  const order: string[] = [];
  const long = 'x'.repeat(300_000);
  const page = metricsPage({
    pages: function* () {
      for (let i = 0; i < 3; i += 1) {
        order.push(`page ${i}`);
        yield long;
      }
    },
    process: false,
  });
  const rendering = page.render();
  setImmediate(() => order.push('other'));
  await rendering;

  expect(order.indexOf('other')).toBeLessThan(order.indexOf('page 2'));
});
