/** Most ranges that one rule of a security policy takes. @see https://cloud.google.com/armor/quotas */
export const RANGES_PER_RULE = 10;

/** Intervals that Cloud Armor counts requests in, seconds. @see https://cloud.google.com/armor/docs/rate-limiting-overview */
export const RATE_INTERVALS: readonly number[] = Object.freeze([
  10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600,
]);

/** The rule that every policy ends with. */
export const DEFAULT_RULE_PRIORITY = 2147483647;

/** Attacks that Cloud Armor brings rules for. @see https://cloud.google.com/armor/docs/waf-rules */
export type WafRuleSet =
  | 'scannerdetection'
  | 'protocolattack'
  | 'methodenforcement'
  | 'sessionfixation'
  | 'cve-canary'
  | 'rfi'
  | 'lfi'
  | 'rce'
  | 'sqli'
  | 'xss'
  | 'php'
  | 'java'
  | 'nodejs';

/** What is known of a rule set. */
export interface WafRuleSetFacts {
  /** Name of the newest stable set. */
  readonly expression: string;
  /**
   * Whether ordinary prompts look like attacks to it: people ask models about SQL, shell scripts and HTML, and the
   * first 8 KiB of a body are inspected like a form.
   */
  readonly tripsOnPrompts: boolean;
}

function facts(expression: string, tripsOnPrompts: boolean): WafRuleSetFacts {
  return Object.freeze({ expression, tripsOnPrompts });
}

/** Every rule set, by the attack that it looks for. */
export const WAF_RULE_SETS: Readonly<Record<WafRuleSet, WafRuleSetFacts>> = Object.freeze({
  scannerdetection: facts('scannerdetection-v33-stable', false),
  protocolattack: facts('protocolattack-v33-stable', false),
  methodenforcement: facts('methodenforcement-v33-stable', false),
  sessionfixation: facts('sessionfixation-v33-stable', false),
  'cve-canary': facts('cve-canary', true),
  rfi: facts('rfi-v33-stable', true),
  lfi: facts('lfi-v33-stable', true),
  rce: facts('rce-v33-stable', true),
  sqli: facts('sqli-v33-stable', true),
  xss: facts('xss-v33-stable', true),
  php: facts('php-v33-stable', true),
  java: facts('java-v33-stable', true),
  nodejs: facts('nodejs-v33-stable', true),
});

/** Sets that leave ordinary prompts alone. */
export const PROMPT_SAFE_RULE_SETS: readonly WafRuleSet[] = Object.freeze([
  'scannerdetection',
  'protocolattack',
  'methodenforcement',
  'sessionfixation',
]);
