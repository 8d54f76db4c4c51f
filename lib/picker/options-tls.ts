import { nearMiss } from '../core/near-miss';
import type { Problem } from '../core/problem';

/** Cipher suites by the names of Go and of OpenSSL, those without known weaknesses. TLS 1.3 suites have one name. */
const SUITES: Readonly<Record<string, string>> = Object.freeze({
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
});

/** Names that OpenSSL has for suites that Go names. Names that are unknown are left out: see `checkSuites`. */
export function opensslSuites(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (Object.hasOwn(SUITES, name) ? (SUITES[name] ?? []) : []));
}

/** Checks the names of cipher suites. */
export function checkSuites(names: readonly string[]): readonly Problem[] {
  return names
    .filter((name) => !Object.hasOwn(SUITES, name))
    .map((name) => ({
      what: `--tls-cipher-suites has '${name}'`,
      why: 'it is unknown or has known weaknesses',
      fix: `write ${nearMiss(name, Object.keys(SUITES)) ?? 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'}, or leave the flag out`,
    }));
}
