import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Alarm, alarmSchema, renderAlarm } from '../../scripts/alarms/render-alarm.ts';
import { type HandDeps, runHand } from '../../shared/hands/run-hand.ts';
import { anchorAudit } from '../../shared/reconcile/anchor.ts';
import { measure } from '../../shared/reconcile/metrics.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { makeWorld, request } from '../fakes/world.ts';

const alarms = z.array(alarmSchema).parse(JSON.parse(await readFile('deploy/alarms.json', 'utf8')));
const timer = JSON.stringify({ triggerTime: '2026-12-01T09:00:00Z', triggerName: 'sweep', payload: '' });
const forbidden = { kind: 'refused', class: 'permission', code: 'Forbidden.RAM', message: 'no' } as const;

/** What Curfew really writes: two sweeps, and a run of `reconcile`, over a lease that is stuck past its end. */
async function written(): Promise<readonly string[]> {
  const lines: string[] = [];
  const world = makeWorld();
  await world.send('grant', request());
  world.clock.nowMs += 90_000;
  world.cloud.faults.push(...Array.from({ length: 9 }, () => ({ kind: 'revoke', fault: forbidden }) as const));
  const env = { CURFEW_LOCAL: '1' };
  const write = (line: string) => void lines.push(line);
  for (const hand of ['revoke', 'grant'] as const) {
    const connect = ({ log }: { readonly log: HandDeps['log'] }) => ({ ...world.deps, log }) as unknown as HandDeps;
    await defineHandler({ name: hand, connect, run: (one) => runHand(hand, one), env, write })(Buffer.from(timer), {});
  }
  const run = async ({ log }: { readonly log: HandDeps['log'] }) => {
    await anchorAudit({ ...world.deps, log });
    await measure({ ...world.deps, log });
    return { answer: null };
  };
  await defineHandler({ name: 'reconcile', connect: () => ({}), run, env, write })(Buffer.from(timer), {});
  return lines;
}

/** As the log service would answer: the words before the bar, `where`, what is counted or is the greatest. */
function rings({ query, condition }: Alarm, lines: readonly string[]): boolean {
  const [words = '', select = ''] = query.split(' | ');
  const wanted = words.split(' and ').filter((word) => !word.startsWith('functionName:'));
  const field = (line: string, name = '') => (JSON.parse(line) as Record<string, unknown>)[name];
  const where = [...select.matchAll(/json_extract_scalar\(message, '\$\.(\w+)'\) = '([\w.]+)'/g)];
  const found = lines.filter(
    (line) =>
      wanted.every((word) => line.includes(word.replaceAll('"', ''))) &&
      where.every(([, name, value]) => String(field(line, name)) === value),
  );
  const greatest = [
    ...select.matchAll(/max\(cast\(json_extract_scalar\(message, '\$\.(\w+)'\) as bigint\)\) as (\w+)/g),
  ];
  const columns = new Map(
    greatest.map(([, name, as]) => [as, Math.max(...found.map((line) => Number(field(line, name))))]),
  );
  const counted = /count\(1\) as (\w+)/.exec(select)?.[1];
  if (counted) columns.set(counted, found.length);
  return condition.split(' || ').some((one) => {
    const [name = '', sign, limit] = one.split(' ');
    const value = columns.get(name) ?? Number.NaN;
    return sign === '<' ? value < Number(limit) : value > Number(limit);
  });
}

describe('the alarms', () => {
  it('ring for what Curfew really writes, and for its silence', async () => {
    const lines = await written();
    const quiet = lines.filter((line) => !line.includes('"alarm":true'));
    const ringing = (some: readonly string[]) => alarms.filter((alarm) => rings(alarm, some)).map(({ name }) => name);

    expect(ringing(lines)).toEqual(['curfew-somebody-must-look', 'curfew-stuck', 'curfew-endings-are-late']);
    expect(ringing(quiet)).toEqual(['curfew-stuck', 'curfew-endings-are-late']);
    expect(ringing([])).toEqual(['curfew-nothing-ends', 'curfew-nothing-begins', 'curfew-trail-not-anchored']);
    expect(ringing(lines.filter((line) => !line.includes('"heartbeat":"revoke"')))).toContain('curfew-nothing-ends');
  });

  it('miss a heartbeat after three minutes, which is three sweeps', () => {
    const beats = alarms.filter(({ query }) => query.startsWith('heartbeat'));

    expect(beats.map(({ minutes, condition }) => ({ minutes, condition }))).toEqual([
      { minutes: 3, condition: 'beats < 1' },
      { minutes: 3, condition: 'beats < 1' },
    ]);
  });

  it('are asked every minute, and ring as well where the log says nothing at all', () => {
    const place = { region: 'cn-hangzhou', logProject: 'my-logs', actionPolicy: 'on-call' };
    const [first] = alarms.map((alarm) => renderAlarm(alarm, place));

    expect(first).toMatchObject({
      schedule: { type: 'FixedRate', interval: '1m' },
      configuration: {
        noDataFire: true,
        queryList: [{ project: 'my-logs', store: 'curfew', start: '-3m' }],
        policyConfiguration: { actionPolicyId: 'on-call' },
      },
    });
  });

  it('stand in deploy/README.md, each with its name', async () => {
    const text = await readFile('deploy/README.md', 'utf8');

    expect(alarms.filter(({ name }) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
