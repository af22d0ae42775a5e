import { setTimeout as sleep } from 'node:timers/promises';
import { sendWebhook } from '../local/stack/signed-webhook.ts';
import { type Bench, type Measured, quantile } from './figure.ts';
import { asks } from './messages.ts';
import { startTimedStack } from './timed-stack.ts';

type Call = { readonly at: string; readonly action: string; readonly parameters: Readonly<Record<string, string>> };

/**
 * How late rules go, in seconds after the end of their lease, in the running product without faults: leases over many
 * groups whose ends are spread over minutes, so that sweeps and nudges both have their share.
 */
export async function lateness(bench: Bench): Promise<Record<string, Measured>> {
  const [count, groupCount, spreadSeconds] = bench.isQuick ? [6, 2, 6] : [150, 50, 120];
  bench.progress(`lateness: ${count} leases that end within ${spreadSeconds} s of each other`);
  const { ecs, hooks } = await startTimedStack(bench);
  const groups = await ecs.groups(groupCount);
  const firstEndMs = Math.ceil(Date.now() / 1000) * 1000 + (bench.isQuick ? 10_000 : 45_000);
  const ends = new Map<string, number>();
  for (const [index, message] of asks(groups, count, '').entries()) {
    const endMs = firstEndMs + Math.floor((index * spreadSeconds) / count) * 1000;
    const { duration: _, ...asked } = message;
    const { status } = await sendWebhook(hooks, { ...asked, expiresAt: new Date(endMs).toISOString() });
    if (status !== 202) throw new Error(`a webhook was answered ${status}`);
    ends.set(`${groups[index % groupCount]} ${20_000 + index}`, endMs);
  }
  await sleep(firstEndMs + spreadSeconds * 1000 + 10_000 - Date.now());
  const late = await latenessOf(ecs.control<{ calls: Call[] }>('/calls'), ends);
  if (late.length !== count) throw new Error(`${late.length} of ${count} rules went`);
  const details = { leases: count, groups: groupCount, spreadSeconds, maxSeconds: quantile(late, 1) };
  return {
    'lateness-p50': { value: quantile(late, 0.5), details },
    'lateness-p99': { value: quantile(late, 0.99), details },
  };
}

/** A removal names rules by id alone: which rule that was, the listings before it say. */
async function latenessOf(told: Promise<{ calls: Call[] }>, ends: ReadonlyMap<string, number>): Promise<number[]> {
  const { calls } = await told;
  const ports = new Map<string, string>();
  const late: number[] = [];
  for (const { at, action, parameters, ...rest } of calls) {
    for (const rule of listedIn(rest)) ports.set(rule.SecurityGroupRuleId, rule.PortRange.split('/')[0] ?? '');
    if (action !== 'RevokeSecurityGroup') continue;
    for (const [name, id] of Object.entries(parameters)) {
      const endMs = ends.get(`${parameters.SecurityGroupId} ${ports.get(id)}`);
      if (name.startsWith('SecurityGroupRuleId') && endMs !== undefined) late.push((Date.parse(at) - endMs) / 1000);
    }
  }
  return late;
}

type Listed = { readonly SecurityGroupRuleId: string; readonly PortRange: string };

function listedIn(call: object): readonly Listed[] {
  const { answer } = call as { answer?: { Permissions?: { Permission?: Listed[] } } };
  return answer?.Permissions?.Permission ?? [];
}
