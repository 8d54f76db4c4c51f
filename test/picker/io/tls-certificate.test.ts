import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCertificate, selfSigned } from '../../../lib/picker/io/tls-certificate';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('reads a certificate and its key', async () => {
  const { cert, key } = await selfSigned(new Date(), []);
  writeFileSync(join(folder, 'tls.crt'), cert);
  writeFileSync(join(folder, 'tls.key'), key);

  expect(await readCertificate(folder)).toEqual({ cert, key });
});

test('says which files cannot be read', async () => {
  await expect(readCertificate(folder)).rejects.toThrow(
    [
      `${folder}: 2 invalid settings`,
      '  - tls.crt cannot be read',
      `      why: ENOENT: no such file or directory, open '${folder}/tls.crt'`,
      `      fix: mount a Secret of type kubernetes.io/tls at ${folder}`,
      '  - tls.key cannot be read',
      `      why: ENOENT: no such file or directory, open '${folder}/tls.key'`,
      `      fix: mount a Secret of type kubernetes.io/tls at ${folder}`,
    ].join('\n'),
  );
});

test('refuses a key that belongs to another certificate', async () => {
  writeFileSync(join(folder, 'tls.crt'), (await selfSigned(new Date(), [])).cert);
  writeFileSync(join(folder, 'tls.key'), (await selfSigned(new Date(), [])).key);

  await expect(readCertificate(folder)).rejects.toThrow(
    /tls.crt and tls.key are no certificate and its key\n {6}why: .*key values mismatch\n {6}fix: put a PEM certificate/,
  );
});
