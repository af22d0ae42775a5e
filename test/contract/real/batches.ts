import type { Said } from './account.ts';
import { codeOf, type Experiment, type Finding, shell, type Trial } from './trial.ts';

type Batch = { readonly came: 'atomic' | 'partial' | undefined; readonly code: string };

/** A batch whose last entry cannot be done: is the first one done all the same? */
export const batches: Experiment = {
  about: 'batches',
  run: async (trial) => {
    const [authorized, revoked] = [await authorize(trial), await revoke(trial)];
    const told = new Set([authorized.came, revoked.came].filter((came) => came !== undefined));
    const [batch] = told.size === 1 ? told : [];
    return [
      finding('Is a multi-rule Authorize atomic?', authorized, batch),
      finding('Is a multi-id Revoke atomic?', revoked, batch),
    ];
  },
};

const words = {
  atomic: 'yes: nothing of a refused batch is done',
  partial: 'no: what stands before the refused entry is done',
};

function finding(question: string, { came, code }: Batch, batch: Batch['came']): Finding {
  const seen = came === undefined ? 'not to be told: the batch was not refused' : words[came];
  return { question, seen, switches: batch === undefined ? {} : { batch }, codes: [code] };
}

async function authorize(trial: Trial): Promise<Batch> {
  await trial.clear();
  // A group that does not exist: nothing in the entry itself is wrong, so only doing it can tell.
  const { SourceCidrIp: _, ...rest } = shell(2);
  const said = await trial.authorize([shell(1), { ...rest, SourceGroupId: 'sg-bp1000000000000000000' }]);
  return judged(said, (await trial.rules()).length > 0);
}

async function revoke(trial: Trial): Promise<Batch> {
  await trial.clear();
  const gone = await trial.open(shell(1));
  const there = await trial.open(shell(2));
  await trial.revokeIds([gone.SecurityGroupRuleId]);
  await trial.rules();
  const said = await trial.revokeIds([there.SecurityGroupRuleId, gone.SecurityGroupRuleId]);
  return judged(said, (await trial.rules()).length === 0);
}

const judged = (said: Said, isFirstDone: boolean): Batch => ({
  came: said.code === 'ok' ? undefined : isFirstDone ? 'partial' : 'atomic',
  code: codeOf(said),
});
