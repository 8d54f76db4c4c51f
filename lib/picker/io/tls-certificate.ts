import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { ValidationError, type Problem } from '../../core/problem';

/** A certificate with its chain and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Names under which Kubernetes mounts a Secret of type `kubernetes.io/tls`. */
const CERT_FILE = 'tls.crt';
const KEY_FILE = 'tls.key';

const YEARS = 10;

/**
 * Makes a certificate that nobody vouches for. Gateways do not verify the picker's: TLS only keeps others from listening.
 * Its key is of an elliptic curve, unless the suites to offer work with RSA alone.
 */
export async function selfSigned(now: Date, cipherSuites: readonly string[]): Promise<Certificate> {
  // A tenth of a second to load, which only those who need it should spend.
  const { generate } = await import('selfsigned');
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS);
  const rsaOnly = cipherSuites.some((name) => name.includes('RSA')) && !cipherSuites.some(worksWithCurves);
  const name = 'endpoint-picker';
  const made = await generate([{ name: 'commonName', value: name }], {
    ...(rsaOnly ? { keyType: 'rsa', keySize: 2048 } : { keyType: 'ec', curve: 'P-256' }),
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate: end,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: rsaOnly },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Suites of TLS 1.3 work with every key. */
function worksWithCurves(suite: string): boolean {
  return suite.includes('ECDSA') || suite.startsWith('TLS_');
}

/** Reads the certificate of a folder. Throws a `ValidationError` that says what is wrong with which files. */
export async function readCertificate(folder: string): Promise<Certificate> {
  const [cert, key] = await Promise.all([readPart(folder, CERT_FILE), readPart(folder, KEY_FILE)]);
  if (typeof cert !== 'string' || typeof key !== 'string') {
    throw new ValidationError(
      folder,
      [cert, key].filter((part) => typeof part !== 'string'),
    );
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const problem: Problem = {
      what: `${CERT_FILE} and ${KEY_FILE} are no certificate and its key`,
      why: messageOf(error),
      fix: 'put a PEM certificate and the private key that belongs to it there',
    };
    throw new ValidationError(folder, [problem]);
  }
  return { cert, key };
}

/** Text of a file, or why there is none. */
async function readPart(folder: string, name: string): Promise<string | Problem> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    return {
      what: `${name} cannot be read`,
      why: messageOf(error),
      fix: `mount a Secret of type kubernetes.io/tls at ${folder}`,
    };
  }
}

function messageOf(error: unknown): string {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return isError ? String(error.message) : String(error);
}
