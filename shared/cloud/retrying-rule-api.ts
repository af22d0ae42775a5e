import pRetry from 'p-retry';
import type { Answer, RuleApi } from '../reconcile/cloud-port.ts';
import type { Stopwatch } from '../reconcile/runtime-ports.ts';

const retriesMax = 2;
const tryForMs = 22_000;
const pausesMs = [100, 800];

class NoAnswer extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('the cloud gave no answer');
    this.answer = answer;
  }
}

/**
 * The one place where calls are repeated: at once, with the same client token and the same bytes, when there was no
 * answer or the cloud is still busy with the first. Clouds without tokens get one try; there only the next look
 * may say whether it happened. Pauses go through the stopwatch, so that simulated time rules them too.
 */
export function retryingRuleApi(api: RuleApi, stopwatch: Stopwatch): RuleApi {
  if (!api.abilities.hasClientTokens) return api;
  const send: RuleApi['send'] = async (...call) => {
    const began = stopwatch.monotonicMs();
    let unanswered = 0;
    const attempt = async (): Promise<Answer> => {
      const answer = await api.send(...call);
      const isBusy = answer.kind === 'refused' && answer.class === 'busy';
      if (answer.kind !== 'unknown' && !isBusy) return answer;
      throw new NoAnswer(answer);
    };
    try {
      const answer = await pRetry(attempt, {
        retries: retriesMax,
        // p-retry's own pauses run on the wall clock: they are set to none, and the pause is made in onFailedAttempt.
        factor: 1,
        minTimeout: 0,
        maxTimeout: 0,
        maxRetryTime: Number.POSITIVE_INFINITY,
        randomize: false,
        unref: false,
        shouldConsumeRetry: () => true,
        shouldRetry: () => stopwatch.monotonicMs() - began < tryForMs,
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (error instanceof NoAnswer && error.answer.kind === 'unknown') unanswered += 1;
          if (retriesLeft > 0) await stopwatch.sleep(pausesMs[attemptNumber - 1] ?? 0);
        },
      });
      return unanswered > 0 ? { ...answer, unanswered } : answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // The last try is counted by its own answer.
      const earlier = error.answer.kind === 'unknown' ? unanswered - 1 : unanswered;
      return { ...error.answer, ...(earlier > 0 ? { unanswered: earlier } : {}) };
    }
  };
  return { ...bound(api), send };
}

const bound = (api: RuleApi): RuleApi => ({
  abilities: api.abilities,
  describe: (...look) => api.describe(...look),
  ...(api.countInstances && { countInstances: api.countInstances.bind(api) }),
  prepare: (target, change) => api.prepare(target, change),
  bytesOf: (rule) => api.bytesOf(rule),
  actionOf: (...way) => api.actionOf(...way),
  send: (...call) => api.send(...call),
});
