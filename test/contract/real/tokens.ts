import { systemClock } from '../../../shared/runtime/clock.ts';
import { mustBeOk } from './account.ts';
import { codeOf, type Experiment, type Finding, shell, type Trial, token } from './trial.ts';

/** What a ClientToken remembers, and for how long. */
export const tokens: Experiment = {
  about: 'client tokens',
  run: async (trial) => [await mismatch(trial), await failures(trial), await lifetime(trial)],
};

async function mismatch(trial: Trial): Promise<Finding> {
  await trial.clear();
  const ClientToken = token();
  mustBeOk(await trial.authorize([shell(1)], { ClientToken }), 'opening a rule with a token');
  const said = await trial.authorize([shell(2)], { ClientToken });
  const isRefused = said.code !== 'ok';
  const status = said.status === 400 || said.status === 403 ? said.status : undefined;
  return {
    question: 'What does a used token with other parameters answer?',
    seen: isRefused ? 'a refusal' : `success, and there are ${(await trial.rules()).length} rules of 2`,
    switches: isRefused && status ? { tokenMismatchStatus: status } : {},
    codes: [codeOf(said)],
  };
}

/** Modifying what is not there yet: the very same call can be done once it is. */
async function failures(trial: Trial): Promise<Finding> {
  await trial.clear();
  const call = { ...shell(1), Description: 'later', ClientToken: token() };
  const first = await trial.call('ModifySecurityGroupRule', call);
  await trial.open(shell(1));
  const second = await trial.call('ModifySecurityGroupRule', call);
  const isTold = first.code !== 'ok';
  return {
    question: 'Is a 4xx remembered with its token?',
    seen: isTold
      ? `a refused call, possible since, is ${second.code === 'ok' ? 'done' : 'refused again'} under its token`
      : 'not to be told: modifying a missing rule is not refused',
    switches: isTold ? { rememberFailures: second.code === first.code } : {},
    codes: [codeOf(first), codeOf(second)],
  };
}

/** Opens, removes, and opens again under the same token: the rule comes back when the token is forgotten. */
async function lifetime(trial: Trial): Promise<Finding> {
  await trial.clear();
  const call = { ClientToken: token() };
  const began = systemClock.monotonicMs();
  const ageMs = () => systemClock.monotonicMs() - began;
  mustBeOk(await trial.authorize([shell(1)], call), 'opening a rule with a token');
  const codes: string[] = [];
  let rememberedMs = 0;
  for (let pauseMs = 0; ; pauseMs = Math.max(1_000, Math.min(pauseMs * 2, 600_000))) {
    if (pauseMs > 0) await trial.account.pause(Math.min(pauseMs, Math.max(0, trial.tokenWaitMs - ageMs())));
    await trial.clear();
    const askedMs = ageMs();
    codes.push(codeOf(await trial.authorize([shell(1)], call)));
    if ((await trial.rules()).length > 0) return forgotten(rememberedMs, askedMs, codes);
    rememberedMs = askedMs;
    if (ageMs() >= trial.tokenWaitMs) return stillKnown(rememberedMs, trial.tokenWaitMs, codes);
  }
}

const question = 'How long does a ClientToken live?';
const seconds = (ms: number): number => Math.round(ms / 1000);
const distinct = (codes: readonly string[]): readonly string[] => [...new Set(codes)];

function forgotten(rememberedMs: number, askedMs: number, codes: readonly string[]): Finding {
  const seen =
    rememberedMs === 0 ? 'it is not remembered at all' : `between ${seconds(rememberedMs)} s and ${seconds(askedMs)} s`;
  const tokenTtlSeconds = rememberedMs === 0 ? 0 : Math.ceil(askedMs / 1000);
  return { question, seen, switches: { tokenTtlSeconds }, codes: distinct(codes) };
}

function stillKnown(rememberedMs: number, waitedMs: number, codes: readonly string[]): Finding {
  const hint = waitedMs === 0 ? '; wait for it with --token-wait MINUTES' : '';
  const seen = `longer than ${seconds(rememberedMs)} s: a repeated call had no effect${hint}`;
  return { question, seen, switches: {}, codes: distinct(codes) };
}
