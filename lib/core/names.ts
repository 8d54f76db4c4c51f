import { fingerprint } from './hash';
import type { Problem } from './problem';

/** Longest value of a label, of a Service's name and of one part of a DNS name. */
export const MAX_LABEL_LENGTH = 63;
/** Longest name of most Kubernetes objects. */
export const MAX_NAME_LENGTH = 253;
/** Longest name of a logical model. */
export const MAX_MODEL_NAME_LENGTH = 256;

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Kinds of names that Kubernetes tells apart. */
export type NameRule = 'label' | 'subdomain' | 'service';

const RULES: Readonly<Record<NameRule, { pattern: RegExp; max: number; says: string }>> = {
  label: { pattern: DNS_LABEL, max: MAX_LABEL_LENGTH, says: 'lower-case letters, digits and -' },
  subdomain: { pattern: DNS_SUBDOMAIN, max: MAX_NAME_LENGTH, says: 'lower-case letters, digits, - and .' },
  service: {
    pattern: SERVICE_NAME,
    max: MAX_LABEL_LENGTH,
    says: 'lower-case letters, digits and -, starting with a letter',
  },
};

/** Checks a name that a user gave to a Kubernetes object. */
export function checkName(field: string, name: string, rule: NameRule): Problem | undefined {
  const { pattern, max, says } = RULES[rule];
  if (name.length > max) {
    return {
      what: `${field} '${shorten(name)}' has ${name.length} characters`,
      why: `Kubernetes allows at most ${max} here`,
      fix: `shorten it to ${max}`,
    };
  }
  if (pattern.test(name)) return undefined;
  return {
    what: `${field} '${name}' is not a valid name`,
    why: `Kubernetes allows ${says}, and a letter or digit at both ends`,
    fix: `use '${suggestName(name, rule)}'`,
  };
}

const HOSTNAME = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Checks a host name of a route or a listener; it may start with `*.`. */
export function checkHostname(field: string, hostname: string): Problem | undefined {
  const address = /^[0-9.]+$/.test(hostname);
  if (HOSTNAME.test(hostname) && hostname.length <= MAX_NAME_LENGTH && !address) return undefined;
  return {
    what: `${field} '${shorten(hostname)}'`,
    why: 'the Gateway API takes DNS names in lower case, without a scheme, a port or an address',
    fix: `write it as in 'llm.example.com' or '*.example.com'`,
  };
}

/** Checks the name that clients put into the `model` field of a request. */
export function checkModelName(field: string, name: string): Problem | undefined {
  if (name.trim() === '') {
    return { what: `${field} is empty`, why: 'requests name their model', fix: 'give the name that clients will send' };
  }
  if (name.length <= MAX_MODEL_NAME_LENGTH) return undefined;
  return {
    what: `${field} '${shorten(name)}' has ${name.length} characters`,
    why: `model names are limited to ${MAX_MODEL_NAME_LENGTH}`,
    fix: `shorten it to ${MAX_MODEL_NAME_LENGTH}`,
  };
}

/** The nearest valid name: lower case, other characters replaced by `-`. */
export function suggestName(name: string, rule: NameRule = 'label'): string {
  const { max } = RULES[rule];
  const allowed = rule === 'subdomain' ? /[^a-z0-9.-]+/g : /[^a-z0-9-]+/g;
  const cleaned = name.toLowerCase().replace(allowed, '-').slice(0, max);
  const trimmed = cleaned
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .replace(/-*\.-*/g, '.')
    .replace(/\.{2,}/g, '.');
  const started = rule === 'service' && /^[0-9]/.test(trimmed) ? `m-${trimmed}`.slice(0, max) : trimmed;
  return started === '' ? 'model' : started.replace(/[^a-z0-9]+$/, '');
}

/**
 * A valid name for any text: itself where Kubernetes takes it, else the nearest one with a few digits that keep it apart.
 *
 * @param owner what the text belongs to, so that equal texts of two owners get different digits
 */
export function objectName(text: string, owner = ''): string {
  const suggested = suggestName(text, 'subdomain');
  if (suggested === text) return text;
  const room = MAX_NAME_LENGTH - DIGITS - 1;
  return `${suggested.slice(0, room).replace(/[^a-z0-9]+$/, '')}-${fingerprint(`${owner}${text}`).slice(0, DIGITS)}`;
}

/** Digits of the fingerprint in a name. */
const DIGITS = 6;

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
