import { randomUUID } from 'node:crypto';
import { removeByStamps } from '../../../../shared/reconcile/by-stamps.ts';
import type { RuleApi } from '../../../../shared/reconcile/cloud-port.ts';
import { goOnRecovering } from '../../../../shared/reconcile/recover.ts';
import { beginRecovery } from '../../../../shared/reconcile/recovery.ts';
import { scan } from '../../../../shared/reconcile/scan.ts';
import type { ListedRule } from '../../../../shared/rule/rule.ts';
import type { Target } from '../../../../shared/rule/target.ts';
import { reconcilingWorld } from '../../../fakes/reconciling-world.ts';
import { group } from '../../../fakes/world.ts';

// A process of its own, with little memory: looks at groups as large as a group can be, and says how many it saw.
const [, , what = '', count = '0'] = process.argv;
const targets = Array.from(
  { length: Number(count) },
  (_, index): Target => ({ ...group, account: `account-${index % 10}`, securityGroupId: `sg-${index}` }),
);
const always = () => true;

/** Nobody holds on to what is listed here: every look makes it anew. */
const rules = (): readonly ListedRule[] =>
  Array.from({ length: 1_000 }, (_, index) => ({
    ruleId: `sgr-${randomUUID()}`,
    description: `the platform team's rule ${randomUUID()}`,
    rule: {
      direction: 'ingress',
      ipProtocol: 'tcp',
      portRange: `${index + 1}/${index + 1}`,
      policy: 'accept',
      priority: 1,
      nicType: 'intranet',
      sourceCidrIp: '10.0.0.0/8',
    },
  }));

const { cloud, deps } = reconcilingWorld({ groups: async () => ({ targets, isWhole: true }) });
const api: RuleApi = Object.assign(cloud, {
  describe: async () => {
    await new Promise(setImmediate);
    return { kind: 'listed', rules: rules(), requestIds: ['R'] } as const;
  },
});
const large = {
  ...deps,
  apiFor: () => api,
  callsPerMinute: () => 1_000_000,
  nowMs: () => deps.stopwatch.monotonicMs(),
};

const runs: Readonly<Record<string, () => Promise<number | undefined>>> = {
  scan: async () => (await scan(large, always)).groups,
  recovery: async () => {
    await beginRecovery(large, 'lin');
    return (await goOnRecovering(large, always))?.groups;
  },
  'removal by stamps': async () => (await removeByStamps(large, targets, always)).groups,
};
console.log(await runs[what]?.());
