import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, type StartGatewayOptions } from '../../../lib/local/gateway/start-gateway';

const nothing: StartGatewayOptions = { listeners: [], pools: [], services: [], envoy: '/no/such/envoy' };

test('without an Envoy the Node proxy takes its place', async () => {
  const gateway = await startGateway(nothing);
  await gateway.stop();

  expect(gateway.kind).toBe('node-proxy');
});

test('an Envoy that is asked for and is not there is an error with a way out', async () => {
  await expect(startGateway({ ...nothing, prefer: 'envoy' })).rejects.toThrow(
    "'/no/such/envoy' is no Envoy that runs here; put one on PATH, name it in ENVOY, or choose the Node proxy",
  );
});

describe('an Envoy that does not start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-envoy-'));
  const envoy = join(folder, 'envoy');
  writeFileSync(envoy, '#!/bin/sh\ncase $1 in --version) echo version 1;; *) echo bad config >&2; exit 1;; esac\n');
  chmodSync(envoy, 0o755);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const words = `'${envoy}' ended while it started; it says:\nbad config`;

  test('is replaced by the Node proxy, and its words are reported', async () => {
    const faults: unknown[] = [];
    const gateway = await startGateway({ ...nothing, envoy, onFault: (error) => faults.push(error) });
    await gateway.stop();

    expect([gateway.kind, faults.map((fault) => (fault as Error).message)]).toEqual(['node-proxy', [words]]);
  });

  test('is an error where it was asked for', async () => {
    await expect(startGateway({ ...nothing, envoy, prefer: 'envoy' })).rejects.toThrow(words);
  });
});
