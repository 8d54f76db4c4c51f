import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect as connectTls, type PeerCertificate, type SecureContextOptions, type TLSSocket } from 'node:tls';
import { loadTls, watchTls } from '../../../lib/picker/io/tls';
import { selfSigned } from '../../../lib/picker/io/tls-certificate';
import type { TlsOptions } from '../../../lib/picker/options';
import { bodyMessage, headersMessage } from '../../support/picker/ext-proc-messages';
import { ServedDirector } from '../../support/picker/served-director';

const NOW = new Date();
const OPTIONS: TlsOptions = { certPath: undefined, reload: false, minVersion: 'TLSv1.2', cipherSuites: [] };

let folder: string;
let served: ServedDirector | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
});

afterEach(() => {
  served?.stop();
  served = undefined;
  rmSync(folder, { recursive: true });
});

async function writeCertificate(into: string): Promise<string> {
  const { cert, key } = await selfSigned(NOW, []);
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'tls.crt'), cert);
  writeFileSync(join(into, 'tls.key'), key);
  return cert;
}

async function handshake(port: number, options: object = {}): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'], ...options });
  await once(socket, 'secureConnect');
  return socket;
}

const fingerprint = (peer: PeerCertificate): string => peer.fingerprint256;

test('a self-signed certificate serves HTTP/2 to clients that do not verify it', async () => {
  served = await ServedDirector.start({ tls: await loadTls(OPTIONS, NOW) });
  const call = (await served.client()).call();

  call.send(headersMessage('request', [], { endOfStream: true }));

  expect((await call.answer()).kind).toBe('request-headers');
});

test('it says who it is and is valid for ten years', async () => {
  served = await ServedDirector.start({ tls: await loadTls(OPTIONS, NOW) });

  const socket = await handshake(served.port);

  expect(socket.alpnProtocol).toBe('h2');
  const certificate = socket.getPeerCertificate();
  expect(certificate.subject.CN).toBe('endpoint-picker');
  expect(new Date(certificate.valid_to).getUTCFullYear()).toBe(NOW.getUTCFullYear() + 10);
  socket.destroy();
});

test('its key is one of RSA where the suites ask for that', async () => {
  const cipherSuites = ['ECDHE-RSA-AES128-GCM-SHA256'];
  served = await ServedDirector.start({ tls: await loadTls({ ...OPTIONS, cipherSuites }, NOW) });

  const socket = await handshake(served.port, { maxVersion: 'TLSv1.2' });

  expect(socket.getCipher().name).toBe('ECDHE-RSA-AES128-GCM-SHA256');
  socket.destroy();
});

test('clients with an older version of TLS than the oldest allowed are refused', async () => {
  served = await ServedDirector.start({ tls: await loadTls({ ...OPTIONS, minVersion: 'TLSv1.3' }, NOW) });

  await expect(handshake(served.port, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
});

test('a certificate of files is served', async () => {
  await writeCertificate(folder);
  const tls = await loadTls({ ...OPTIONS, certPath: folder }, NOW);
  served = await ServedDirector.start({ tls });

  const socket = await handshake(served.port, {
    ca: tls.cert,
    rejectUnauthorized: true,
    servername: 'endpoint-picker',
  });

  expect(socket.authorized).toBe(true);
  socket.destroy();
});

/** Waits for the next certificate of a folder after `change`. */
async function reloaded(change: () => void): Promise<SecureContextOptions> {
  let stop = (): void => undefined;
  const found = new Promise<SecureContextOptions>((resolve, reject) => {
    stop = watchTls({ ...OPTIONS, certPath: folder, reload: true }, { onChange: resolve, onError: reject });
  });
  change();
  try {
    return await found;
  } finally {
    stop();
  }
}

test('a link that Kubernetes swaps brings the new certificate, without a stream lost', async () => {
  await writeCertificate(join(folder, 'v1'));
  const second = await writeCertificate(join(folder, 'v2'));
  symlinkSync('v1', join(folder, '..data'));
  symlinkSync('..data/tls.crt', join(folder, 'tls.crt'));
  symlinkSync('..data/tls.key', join(folder, 'tls.key'));
  served = await ServedDirector.start({ tls: await loadTls({ ...OPTIONS, certPath: folder }, NOW) });
  const call = (await served.client()).call();
  call.send(headersMessage('request', []));
  const before = fingerprint((await handshake(served.port)).getPeerCertificate());

  const tls = await reloaded(() => {
    symlinkSync('v2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  });
  served.server.setTls(tls);

  expect(tls.cert).toBe(second);
  expect(fingerprint((await handshake(served.port)).getPeerCertificate())).not.toBe(before);
  call.send(bodyMessage('request', 'still there', true));
  expect((await call.answers(2))[1]?.body?.toString()).toBe('still there');
});

test('files that are written one after the other bring the new certificate', async () => {
  await writeCertificate(folder);
  const next = await selfSigned(NOW, []);

  const tls = await reloaded(() => {
    writeFileSync(join(folder, 'tls.crt'), next.cert);
    writeFileSync(join(folder, 'tls.key'), next.key);
  });

  expect([tls.cert, tls.key]).toEqual([next.cert, next.key]);
});

test('files that do not do are told of, and nothing else happens', async () => {
  await writeCertificate(folder);

  const change = reloaded(() => {
    writeFileSync(join(folder, 'tls.crt'), 'nonsense');
  });

  await expect(change).rejects.toThrow('tls.crt and tls.key are no certificate and its key');
});

test('nothing is watched unless asked for', () => {
  const never = (): never => {
    throw new Error('watched');
  };

  watchTls({ ...OPTIONS, certPath: join(folder, 'missing'), reload: false }, { onChange: never, onError: never })();
  watchTls({ ...OPTIONS, reload: true }, { onChange: never, onError: never })();
});
