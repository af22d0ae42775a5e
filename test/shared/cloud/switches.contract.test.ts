import { type OpenRuleApi, type RuleApiTrial, ruleApiContract } from '../../contract/rule-api.ts';
import { openApsaraTrial } from './apsara/apsara-trial.ts';
import { openEcsTrial } from './ecs/ecs-trial.ts';
import { openEnsTrial } from './ens/ens-trial.ts';
import { oneByOne } from './one-by-one.ts';

type Switched = RuleApiTrial & { behave(switches: Record<string, unknown>): Promise<void> };
type Open = (options: Parameters<OpenRuleApi>[0]) => Promise<Switched>;

// What the vendor leaves open, the other way round: the adapter keeps its contract whichever is true. A cloud that
// forgets its client tokens at once has none; how the loop lives with that is for the simulation.
const otherwise: readonly [string, Open, readonly Record<string, unknown>[]][] = [
  [
    'ECS',
    openEcsTrial,
    [
      { revokeMissingById: 'InvalidSecurityGroupRuleId.NotFound' },
      { modifyMissingById: 'SecurityGroupRule.NotFound' },
      { existingDescription: 'replaced' },
      { batch: 'partial' },
      { priorityIsIdentity: false },
      { hostBitsAreIdentity: true },
      { bareIpEcho: 'with-prefix' },
      { priorityEcho: 'string' },
      { vpcInternetNic: 'ignore' },
      { tokenTtlSeconds: 5 },
      { rememberFailures: true },
      { tokenMismatchStatus: 403 },
      { throttleRetryAfter: false },
    ],
  ],
  [
    'Edge Node Service',
    openEnsTrial,
    [
      { revokeMissing: 'InvalidSecurityGroupRule.RuleNotExist' },
      { deleteDescription: 'ignored' },
      { emptyStrings: 'ignored' },
      { batch: 'partial' },
      { priorityIsIdentity: false },
      { hostBitsAreIdentity: true },
      { bareIpEcho: 'with-prefix' },
      { caseEcho: 'lower' },
      { sourcePortRangeEcho: 'as-sent' },
    ],
  ],
  [
    'Apsara Stack',
    openApsaraTrial,
    [
      { failureForm: 'bare' },
      { failureForm: 'asapi' },
      { failureStatus: 'as-ecs' },
      { failureStatus: 500 },
      { ruleIds: true },
      { takesPermissions: true },
    ],
  ],
];

for (const [cloud, open, alternatives] of otherwise) {
  for (const switches of alternatives) {
    const opened: OpenRuleApi = async (options) => {
      const trial = await open(options);
      await trial.behave(switches);
      return { ...trial, api: oneByOne(trial.api) };
    };
    // Faults do not depend on the switches, and wait for answers that never come.
    ruleApiContract(`${cloud} with ${JSON.stringify(switches)}`, opened, { withFaults: false });
  }
}
