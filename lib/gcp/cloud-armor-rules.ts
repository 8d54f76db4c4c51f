import type { compute } from '@pulumi/gcp/types/input';
import { checkCidr } from '../core/gke/cidr';
import { DEFAULT_RULE_PRIORITY, RANGES_PER_RULE, RATE_INTERVALS, WAF_RULE_SETS } from '../core/gke/cloud-armor';
import { checkWholeNumber } from '../core/gke/numbers';
import { oneOf, problemsOf, type Problem } from '../core/problem';
import type { CloudArmorSettings, RateLimit } from './cloud-armor-settings';

type Rule = compute.RegionSecurityPolicyRule;

/** Where each kind of rule starts; the lowest priority that matches decides. */
const PRIORITIES = { deny: 1000, allow: 2000, waf: 3000, rateLimit: 4000 } as const;

/** The rules of a policy: refused addresses, trusted ones, attacks, too many requests, then everything else. */
export function cloudArmorRules(settings: CloudArmorSettings): readonly Rule[] {
  const { denyRanges = [], allowRanges = [], defaultAction = 'allow' } = settings;
  return [
    ...addressRules(PRIORITIES.deny, 'deny(403)', 'Refused addresses', denyRanges),
    ...addressRules(PRIORITIES.allow, 'allow', 'Trusted addresses, without a rate limit', allowRanges),
    ...wafRules(settings),
    ...(settings.rateLimit === undefined ? [] : [rateLimitRule(settings.rateLimit)]),
    {
      action: defaultAction === 'allow' ? 'allow' : 'deny(403)',
      priority: DEFAULT_RULE_PRIORITY,
      description: 'Everything else',
      match: anyAddress(),
    },
  ];
}

/** What is wrong with the settings of a policy. */
export function checkCloudArmor(settings: CloudArmorSettings): readonly Problem[] {
  const { denyRanges = [], allowRanges = [], rateLimit, wafSensitivity } = settings;
  return problemsOf(
    ...denyRanges.map((range) => checkCidr('denyRanges', range)),
    ...allowRanges.map((range) => checkCidr('allowRanges', range)),
    checkListLength('denyRanges', denyRanges),
    checkListLength('allowRanges', allowRanges),
    rateLimit === undefined ? [] : checkRateLimit(rateLimit),
    wafSensitivity === undefined ? undefined : checkWholeNumber('wafSensitivity', wafSensitivity, 1, 4),
    settings.defaultAction === 'deny' && allowRanges.length === 0 ? NOBODY_IN : undefined,
    settings.defaultAction === 'deny' && rateLimit !== undefined ? LIMIT_BEFORE_DENY : undefined,
  );
}

function addressRules(first: number, action: string, description: string, ranges: readonly string[]): readonly Rule[] {
  const chunks = Math.ceil(ranges.length / RANGES_PER_RULE);
  return Array.from({ length: chunks }, (_, i) => ({
    action,
    priority: first + i,
    description,
    match: {
      versionedExpr: 'SRC_IPS_V1',
      config: { srcIpRanges: ranges.slice(i * RANGES_PER_RULE, (i + 1) * RANGES_PER_RULE) },
    },
  }));
}

function wafRules({ wafRuleSets = [], wafSensitivity = 1, wafPreview = false }: CloudArmorSettings): readonly Rule[] {
  return wafRuleSets.map((set, i) => ({
    action: 'deny(403)',
    priority: PRIORITIES.waf + i,
    description: `Attacks: ${set}`,
    preview: wafPreview,
    match: {
      expr: {
        expression: `evaluatePreconfiguredWaf('${WAF_RULE_SETS[set].expression}', {'sensitivity': ${wafSensitivity}})`,
      },
    },
  }));
}

function rateLimitRule(limit: RateLimit): Rule {
  const { requests, intervalSeconds = 60, banSeconds, key = 'address' } = limit;
  const ban = banSeconds === undefined ? {} : { banDurationSec: banSeconds };
  return {
    action: banSeconds === undefined ? 'throttle' : 'rate_based_ban',
    priority: PRIORITIES.rateLimit,
    description: `At most ${requests} requests in ${intervalSeconds} s for each client`,
    match: anyAddress(),
    rateLimitOptions: {
      rateLimitThreshold: { count: requests, intervalSec: intervalSeconds },
      conformAction: 'allow',
      exceedAction: 'deny(429)',
      ...(typeof key === 'string'
        ? { enforceOnKey: key === 'address' ? 'IP' : 'XFF_IP' }
        : { enforceOnKey: 'HTTP_HEADER', enforceOnKeyName: key.header }),
      ...ban,
    },
  };
}

function anyAddress(): compute.RegionSecurityPolicyRuleMatch {
  return { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } };
}

function checkRateLimit({ requests, intervalSeconds, banSeconds, key }: RateLimit): readonly Problem[] {
  const interval = (field: string, seconds: number | undefined): Problem | undefined =>
    seconds === undefined || RATE_INTERVALS.includes(seconds)
      ? undefined
      : {
          what: `rateLimit.${field} ${seconds}`,
          why: 'Cloud Armor counts in fixed intervals',
          fix: `use ${oneOf(RATE_INTERVALS)}`,
        };
  return problemsOf(
    checkWholeNumber('rateLimit.requests', requests, 1, 1_000_000),
    interval('intervalSeconds', intervalSeconds),
    interval('banSeconds', banSeconds),
    typeof key === 'object' && key.header === '' ? EMPTY_HEADER : undefined,
  );
}

function checkListLength(field: string, ranges: readonly string[]): Problem | undefined {
  // Beyond it the rules would run into those of the next kind.
  const most = RANGES_PER_RULE * 1000;
  if (ranges.length <= most) return undefined;
  return {
    what: `${field} has ${ranges.length} ranges`,
    why: `a policy of this library takes ${most}`,
    fix: 'join ranges that touch',
  };
}

const EMPTY_HEADER: Problem = {
  what: 'rateLimit.key.header is empty',
  why: 'clients are told apart by the value of a header',
  fix: "name it, such as 'authorization'",
};

const NOBODY_IN: Problem = {
  what: "defaultAction 'deny' without allowRanges",
  why: 'the policy would let nobody in',
  fix: 'name the ranges that may come in',
};

const LIMIT_BEFORE_DENY: Problem = {
  what: "rateLimit beside defaultAction 'deny'",
  why: 'the limit lets every client in that stays below it, before the default action is asked',
  fix: 'leave one of them out',
};
