import { EcsAccount } from './account.ts';
import { experiment, type Report } from './experiments.ts';
import { runSuite } from './run-suite.ts';
import { makeScratchGroup, removeScratchGroups } from './scratch-group.ts';
import { environmentCredentials } from './settings.ts';
import { Trial } from './trial.ts';

export type ContractOptions = {
  readonly regionId: string;
  readonly endpoint: string;
  readonly vpcId: string | undefined;
  readonly settleMs: number;
  readonly tokenWaitMs: number;
  readonly withSuite: boolean;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
};
export type ContractResult = {
  readonly report: Report;
  readonly suite: 'held' | 'broken' | 'not run';
  /** Scratch groups that could not be removed. */
  readonly left: readonly string[];
};

/** Everything, in a group of its own that is gone afterwards, whatever happens in between. */
export async function runContract(options: ContractOptions): Promise<ContractResult> {
  const { regionId, endpoint, signal, tell } = options;
  const account = new EcsAccount({ regionId, endpoint, credentials: environmentCredentials, signal });
  const before = await removeScratchGroups(account);
  if (before.length > 0) tell(`left over from an earlier run, and not to be removed: ${before.join(', ')}`);
  let report: Report = { findings: [], failures: [] };
  let suite: ContractResult['suite'] = 'not run';
  try {
    const groupId = await makeScratchGroup(account, options.vpcId);
    tell(`scratch group ${groupId}`);
    const trial = new Trial(account, groupId, options);
    report = await experiment(trial, () => signal.aborted, tell);
    if (options.withSuite && !signal.aborted) {
      const settings = { regionId, endpoint, securityGroupId: groupId, settleMs: trial.settleMs };
      suite = (await runSuite(settings, signal)) ? 'held' : 'broken';
    }
  } catch (error) {
    report = { ...report, failures: [...report.failures, error instanceof Error ? error.message : String(error)] };
  }
  return { report, suite, left: await removeScratchGroups(account) };
}
