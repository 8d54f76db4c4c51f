import { PROMPT_SAFE_RULE_SETS, WAF_RULE_SETS } from '../../lib/core/gke/cloud-armor';
import { CloudArmorPolicy, type CloudArmorPolicyArgs } from '../../lib/gcp/cloud-armor-policy';
import { recordRefusal, recordResources, valueOf } from '../support/pulumi-mocks';

const policy = (args: Partial<CloudArmorPolicyArgs> = {}) =>
  recordResources(() => new CloudArmorPolicy('armor', { region: 'us-central1', ...args }));
const rulesOf = async (args: Partial<CloudArmorPolicyArgs>) =>
  (await policy(args)).one('RegionSecurityPolicy').inputs['rules'];

describe('CloudArmorPolicy', () => {
  it('lets everybody in unless told otherwise', async () => {
    const recording = await policy({ project: 'p' });

    expect(recording.one('RegionSecurityPolicy')).toMatchObject({
      parent: 'armor',
      inputs: {
        project: 'p',
        region: 'us-central1',
        type: 'CLOUD_ARMOR',
        rules: [
          {
            action: 'allow',
            priority: 2147483647,
            match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
          },
        ],
      },
    });
    expect((await valueOf(recording.result.policyName)).value).toBe('armor');
  });

  it('limits each client', async () => {
    expect(await rulesOf({ rateLimit: { requests: 100 } })).toMatchObject([
      {
        action: 'throttle',
        priority: 4000,
        rateLimitOptions: {
          rateLimitThreshold: { count: 100, intervalSec: 60 },
          conformAction: 'allow',
          exceedAction: 'deny(429)',
          enforceOnKey: 'IP',
        },
      },
      { priority: 2147483647 },
    ]);
  });

  it('bans clients, told apart by a header', async () => {
    expect(
      await rulesOf({
        rateLimit: { requests: 10, intervalSeconds: 10, banSeconds: 600, key: { header: 'x-api-key' } },
      }),
    ).toMatchObject([
      {
        action: 'rate_based_ban',
        rateLimitOptions: { banDurationSec: 600, enforceOnKey: 'HTTP_HEADER', enforceOnKeyName: 'x-api-key' },
      },
      {},
    ]);
    expect(await rulesOf({ rateLimit: { requests: 10, key: 'forwarded-address' } })).toMatchObject([
      { rateLimitOptions: { enforceOnKey: 'XFF_IP' } },
      {},
    ]);
  });

  it('refuses and trusts ranges, ten to a rule', async () => {
    const ranges = Array.from({ length: 11 }, (_, i) => `192.0.2.${i}/32`);

    expect(await rulesOf({ denyRanges: ranges, allowRanges: ['10.0.0.0/8'], defaultAction: 'deny' })).toMatchObject([
      { action: 'deny(403)', priority: 1000, match: { config: { srcIpRanges: ranges.slice(0, 10) } } },
      { action: 'deny(403)', priority: 1001, match: { config: { srcIpRanges: ['192.0.2.10/32'] } } },
      { action: 'allow', priority: 2000, match: { config: { srcIpRanges: ['10.0.0.0/8'] } } },
      { action: 'deny(403)', priority: 2147483647 },
    ]);
  });

  it('looks for attacks when asked', async () => {
    expect(await rulesOf({ wafRuleSets: PROMPT_SAFE_RULE_SETS, wafSensitivity: 2, wafPreview: true })).toMatchObject([
      {
        action: 'deny(403)',
        priority: 3000,
        preview: true,
        match: { expr: { expression: "evaluatePreconfiguredWaf('scannerdetection-v33-stable', {'sensitivity': 2})" } },
      },
      { priority: 3001 },
      { priority: 3002 },
      { priority: 3003 },
      {},
    ]);
  });

  it('knows which attacks prompts look like', () => {
    expect(PROMPT_SAFE_RULE_SETS.some((set) => WAF_RULE_SETS[set].tripsOnPrompts)).toBe(false);
    expect(WAF_RULE_SETS.sqli.tripsOnPrompts).toBe(true);
  });

  it('lets its user change the arguments', async () => {
    const recording = await policy({ transform: { policy: (args) => ({ ...args, name: 'fixed' }) } });

    expect((await valueOf(recording.result.policyName)).value).toBe('fixed');
  });

  it('refuses bad arguments before it makes anything', async () => {
    const { error, resources } = await recordRefusal(
      () =>
        new CloudArmorPolicy('armor', {
          region: 'us-central1-a',
          rateLimit: { requests: 0, intervalSeconds: 45, key: { header: '' } },
          denyRanges: ['192.0.2.1/24'],
          wafSensitivity: 9,
          defaultAction: 'deny',
        }),
    );

    expect(resources).toEqual([]);
    expect(error.message).toMatchInlineSnapshot(`
     "armor: 8 invalid settings
       - region 'us-central1-a' is a zone
           why: subnets and regional load balancers span a region
           fix: use 'us-central1'
       - denyRanges '192.0.2.1/24' does not start at its first address
           why: a /24 holds 256 addresses and starts at a multiple of that
           fix: use '192.0.2.0/24'
       - rateLimit.requests 0 is out of range
           why: it is a whole number from 1 to 1000000
           fix: use a number in that range
       - rateLimit.intervalSeconds 45
           why: Cloud Armor counts in fixed intervals
           fix: use 10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700 or 3600
       - rateLimit.key.header is empty
           why: clients are told apart by the value of a header
           fix: name it, such as 'authorization'
       - wafSensitivity 9 is out of range
           why: it is a whole number from 1 to 4
           fix: use a number in that range
       - defaultAction 'deny' without allowRanges
           why: the policy would let nobody in
           fix: name the ranges that may come in
       - rateLimit beside defaultAction 'deny'
           why: the limit lets every client in that stays below it, before the default action is asked
           fix: leave one of them out"
    `);
  });
});
