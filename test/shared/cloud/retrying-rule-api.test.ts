import { describe, expect, it } from 'vitest';
import { retryingRuleApi } from '../../../shared/cloud/retrying-rule-api.ts';
import type { Abilities, Answer, RuleApi } from '../../../shared/reconcile/cloud-port.ts';
import type { Stopwatch } from '../../../shared/reconcile/runtime-ports.ts';

const target = {
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId: 'sg-demo-web',
} as const;
const done: Answer = { kind: 'done', requestId: 'R' };
const lost: Answer = { kind: 'unknown', code: 'ECONNRESET', message: 'lost' };
const busy: Answer = { kind: 'refused', class: 'busy', code: 'LastTokenProcessing', message: 'wait' };
const forbidden: Answer = { kind: 'refused', class: 'permission', code: 'Forbidden.RAM', message: 'no' };
const throttled: Answer = { kind: 'refused', class: 'throttled', code: 'Throttling.User', message: 'slow' };

/** An API that answers from a list, on a stopwatch that only sleeping and calling moves. */
function scripted(script: readonly (Answer | Error)[], has: Partial<Abilities> = {}, callMs = 10) {
  const sent: string[] = [];
  const slept: number[] = [];
  let nowMs = 0;
  const stopwatch: Stopwatch = {
    monotonicMs: () => nowMs,
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
  };
  const abilities: Abilities = {
    hasClientTokens: true,
    hasRuleIds: true,
    hasDescriptions: true,
    canModify: true,
    batchMax: 100,
    batchBytesMax: 1000,
    readLagMs: 0,
    ...has,
  };
  const api: RuleApi = {
    abilities,
    describe: async () => ({ kind: 'listed', rules: [], requestIds: [] }),
    prepare: () => 'prepared',
    bytesOf: () => 7,
    actionOf: (kind) => kind,
    send: async (_target, _kind, _direction, request, clientToken) => {
      const next = script[sent.length];
      sent.push(`${request} ${clientToken}`);
      nowMs += callMs;
      if (next === undefined || next instanceof Error) throw next ?? new Error('sent too often');
      return next;
    },
  };
  const retrying = retryingRuleApi(api, stopwatch);
  const send = () => retrying.send(target, 'authorize', 'ingress', 'bytes', 'token');
  return { retrying, send, sent, slept };
}

describe('a call that is repeated', () => {
  it.each([done, forbidden, throttled])('is not one that was answered: %o', async (answer) => {
    const { send, sent, slept } = scripted([answer]);

    expect(await send()).toEqual(answer);
    expect(sent).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it('bears the same bytes and the same token', async () => {
    const { send, sent } = scripted([lost, lost, done]);

    await send();

    expect(sent).toEqual(['bytes token', 'bytes token', 'bytes token']);
  });

  it('pauses a moment, then longer', async () => {
    const { send, slept } = scripted([lost, busy, done]);

    await send();

    expect(slept).toEqual([100, 800]);
  });

  it('tells how many tries got no answer, for each may still land', async () => {
    expect(await scripted([lost, done]).send()).toEqual({ ...done, unanswered: 1 });
    expect(await scripted([lost, lost, forbidden]).send()).toEqual({ ...forbidden, unanswered: 2 });
    expect(await scripted([busy, done]).send()).toEqual(done);
  });

  it('ends with the last answer after three tries, which counts itself', async () => {
    expect(await scripted([lost, lost, lost]).send()).toEqual({ ...lost, unanswered: 2 });
    expect(await scripted([busy, busy, busy]).send()).toEqual(busy);
    expect(await scripted([lost, busy, busy]).send()).toEqual({ ...busy, unanswered: 1 });
  });

  it('is given up when the time for it is over', async () => {
    const { send, sent } = scripted([lost, lost, lost], {}, 30_000);

    expect(await send()).toEqual(lost);
    expect(sent).toHaveLength(1);
  });

  it('is none on a cloud without client tokens, where only the next look can say what happened', async () => {
    const { send, sent } = scripted([lost, done], { hasClientTokens: false });

    expect(await send()).toEqual(lost);
    expect(sent).toHaveLength(1);
  });

  it('is none after a mistake of ours', async () => {
    const { send, sent } = scripted([new TypeError('a mistake')]);

    await expect(send()).rejects.toThrow('a mistake');
    expect(sent).toHaveLength(1);
  });

  it('leaves everything else of the API as it is', async () => {
    const { retrying } = scripted([]);

    expect(retrying.abilities.batchMax).toBe(100);
    expect(retrying.prepare(target, { kind: 'authorize', direction: 'ingress', rules: [] })).toBe('prepared');
    expect(await retrying.describe(target)).toMatchObject({ kind: 'listed' });
  });
});
