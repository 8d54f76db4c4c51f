import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startStackAdmin } from '../../lib/local/admin/stack-admin';
import type { AdminServer } from '../../lib/local/admin/server';
import { startNodeProxy } from '../../lib/local/gateway/node-proxy';
import { startLocalStack } from '../../lib/local/stack/start-stack';
import type { LocalStack } from '../../lib/local/stack/types';
import { bundlePage } from '../../scripts/bundle-page';
import { stackManifests, stackTopology } from '../support/local/topologies';

/** Where screenshots go, for people to look at; nothing is compared with them. */
const SHOTS = process.env['SCREENSHOTS'] ?? join(__dirname, '../../build/screenshots');

jest.setTimeout(120_000);

let browser: Browser;
let stack: LocalStack;
let admin: AdminServer;
/** What the browser complains about. */
const complaints: string[] = [];

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
  stack = await startLocalStack(stackTopology(stackManifests()), {
    startGateway: startNodeProxy,
    compare: 'round-robin',
    speed: 4,
    loadSeconds: 0.2,
  });
  admin = await startStackAdmin(stack, 0, { assets: await bundlePage() });
  await stack.whenReady();
});

afterAll(async () => {
  await browser.close();
  await admin.stop();
  await stack.stop();
});

async function open(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, ...options });
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(admin.url) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  await page.goto(admin.url);
  await page.waitForSelector('[data-lane=picker]');
  return page;
}

const podsOf = (page: Page, lane: string): Promise<(string | null)[]> =>
  page
    .locator(`[data-lane=${lane}] [data-pod]`)
    .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-pod')));

test('the page shows the pods of both lanes, and what it needs comes from its server', async () => {
  const page = await open();

  expect(await page.title()).toBe('Local inference stack');
  expect(await page.locator('h1').textContent()).toBe('inference/llm-gateway');
  expect(await podsOf(page, 'picker')).toEqual(['llm-qwen-server-1', 'llm-qwen-server-2', 'llm-qwen-server-3']);
  expect(await podsOf(page, 'round-robin')).toHaveLength(3);
  expect(complaints).toEqual([]);
  await page.close();
});

test('a load that is started from the page reaches both lanes, and its decisions add up to their totals', async () => {
  const page = await open();
  await page.getByLabel('Workload').selectOption('chat');
  await page.getByLabel('Requests / s').fill('2');
  await page.getByLabel('Seconds').fill('200');
  await page.getByRole('button', { name: 'Start load' }).click();
  await page.getByRole('button', { name: 'Stop load' }).waitFor();
  await page.locator('.decisions tbody tr').nth(7).waitFor();
  await page.locator('[data-lane=round-robin] dd b', { hasText: /[1-9]/ }).first().waitFor();

  // The list stands still under the pointer.
  await page.locator('.decisions').hover();
  await page.locator('.decisions .link').nth(2).click();
  const candidates = await page.locator('dialog .candidate').evaluateAll((rows) =>
    rows.map((row) => ({
      chosen: row.classList.contains('chosen'),
      total: Number(row.querySelector('.total')?.getAttribute('data-total')),
      sum: [...row.querySelectorAll('.part')].reduce(
        (sum: number, part) => sum + Number(part.getAttribute('data-weight')) * Number(part.getAttribute('data-score')),
        0,
      ),
      why: row.querySelector('.reason')?.textContent,
    })),
  );

  expect(candidates).toHaveLength(3);
  expect(candidates.filter(({ chosen }) => chosen)).toHaveLength(1);
  for (const { total, sum, why } of candidates) {
    expect(sum).toBeCloseTo(total);
    expect(why).not.toBe('');
  }
  await page.screenshot({ path: join(SHOTS, 'decision.png') });
  await page.keyboard.press('Escape');
  await page.locator('dialog .candidate').first().waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
  await page.close();
});

test('a killed pod disappears, traffic moves to the others, and an added one joins', async () => {
  const page = await open();
  const served = (): number => stack.state().lanes[0]!.pods.reduce((sum, pod) => sum + pod.served, 0);

  await page.getByRole('button', { name: 'Kill llm-qwen-server-2', exact: true }).click();
  await page.locator('[data-pod=llm-qwen-server-2]').waitFor({ state: 'detached' });
  const before = served();
  await page.locator('[aria-live=polite]', { hasText: 'llm-qwen-server-2 is gone' }).waitFor();
  while (served() < before + 3) await page.waitForTimeout(100);
  await page.getByRole('button', { name: 'Add a pod of llm-qwen-server to picker' }).click();
  await page.locator('[data-pod=llm-qwen-server-4].ready').waitFor();

  expect(await podsOf(page, 'picker')).toEqual(['llm-qwen-server-1', 'llm-qwen-server-3', 'llm-qwen-server-4']);
  expect(complaints).toEqual([]);
  await page.close();
});

test.each([
  ['wide', { viewport: { width: 1280, height: 1000 } }],
  ['dark', { viewport: { width: 1280, height: 1000 }, colorScheme: 'dark' as const }],
  ['narrow', { viewport: { width: 380, height: 900 } }],
])('nothing is wider than the %s window', async (name, options) => {
  const page = await open(options);
  await page.locator('.decisions tbody tr').nth(7).waitFor();

  const [content, window] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });

  expect(content).toBeLessThanOrEqual(window!);
  expect(complaints).toEqual([]);
  await page.close();
});

test('what a user may not do is said in words', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Stop load' }).click();
  await page.getByRole('button', { name: 'Start load' }).waitFor();
  await page.getByLabel('Workload').selectOption('lora');
  await page.route('**/api/load', (route) =>
    route.fulfill({ status: 400, json: { errors: [{ what: 'the load', why: 'no', fix: 'wait' }] } }),
  );
  await page.getByRole('button', { name: 'Start load' }).click();

  await page.getByRole('alert').filter({ hasText: 'the load: no; wait' }).waitFor();
  await page.close();
});
