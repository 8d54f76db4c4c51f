import { watch } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import type { TlsOptions } from '../options';
import type { Release } from '../time';
import { readCertificate, selfSigned, type Certificate } from './tls-certificate';

/** Time in which the events of one change come together, ms. Kubernetes swaps a link, others write file by file. */
const SETTLE_MS = 250;

/** Certificate and settings to start a server with. Throws a `ValidationError` for files that do not do. */
export async function loadTls(options: TlsOptions, now: Date): Promise<SecureContextOptions> {
  const { certPath, cipherSuites } = options;
  return withSettings(
    options,
    certPath === undefined ? await selfSigned(now, cipherSuites) : await readCertificate(certPath),
  );
}

function withSettings(options: TlsOptions, certificate: Certificate): SecureContextOptions {
  const { minVersion, cipherSuites } = options;
  return {
    ...certificate,
    minVersion,
    ...(cipherSuites.length > 0 && { ciphers: cipherSuites.join(':') }),
  };
}

export interface TlsWatchers {
  /** Told of another certificate. */
  readonly onChange: (tls: SecureContextOptions) => void;
  /** Told of files that do not do; the certificate so far stays. */
  readonly onError: (error: unknown) => void;
}

/** Reads the certificate again whenever its folder changes; without a folder or `reload` it does nothing. */
export function watchTls(options: TlsOptions, { onChange, onError }: TlsWatchers): Release {
  const { certPath, reload } = options;
  if (certPath === undefined || !reload) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  let known: string | undefined;
  let stopped = false;
  const read = async (): Promise<void> => {
    try {
      const certificate = await readCertificate(certPath);
      const content = certificate.cert + certificate.key;
      if (stopped || content === known) return;
      known = content;
      onChange(withSettings(options, certificate));
    } catch (error) {
      if (!stopped) onError(error);
    }
  };
  const watcher = watch(certPath, { persistent: false }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void read(), SETTLE_MS);
    timer.unref();
  });
  watcher.on('error', onError);
  return () => {
    stopped = true;
    clearTimeout(timer);
    watcher.close();
  };
}
