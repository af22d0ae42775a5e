import { systemClock } from '../../../shared/runtime/clock.ts';
import { mustBeOk } from './account.ts';
import { type Experiment, shell, type Trial } from './trial.ts';

const roundsMax = 3;
const patienceMs = 60_000;
const pollMs = 100;

/** Runs first: whatever is looked at later waits for so long. */
export const lag: Experiment = {
  about: 'the lag of listings',
  run: async (trial) => {
    const waits: number[] = [];
    const codes: string[] = [];
    for (let round = 1; round <= roundsMax; round += 1) {
      mustBeOk(await trial.authorize([shell(round)]), 'opening a rule');
      waits.push(await until(trial, (count) => count > 0));
      const ids = (await trial.rulesNow()).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
      mustBeOk(await trial.revokeIds(ids), 'removing a rule');
      waits.push(await until(trial, (count) => count === 0));
    }
    const longestMs = Math.max(...waits);
    trial.settleMs = Math.max(trial.settleMs, longestMs * 2);
    return [
      {
        question: 'Does Describe lag behind a change?',
        seen:
          longestMs === 0
            ? `no: ${waits.length} changes were there at the first look`
            : `yes: up to ${longestMs} ms (${waits.join(', ')})`,
        switches: { describeLagMs: longestMs },
        codes,
      },
    ];
  },
};

/** 0 when the first look shows it already; else from the answer until it is seen, to the next tenth of a second. */
async function until(trial: Trial, isThere: (count: number) => boolean): Promise<number> {
  const began = systemClock.monotonicMs();
  if (isThere((await trial.rulesNow()).length)) return 0;
  while (systemClock.monotonicMs() - began < patienceMs) {
    await trial.account.pause(pollMs);
    if (isThere((await trial.rulesNow()).length)) {
      return Math.ceil((systemClock.monotonicMs() - began) / pollMs) * pollMs;
    }
  }
  throw new Error(`a change was not listed within ${patienceMs / 1000} s`);
}
