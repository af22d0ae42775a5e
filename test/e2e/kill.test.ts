import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { request } from '../fakes/world.ts';
import { webGroup } from '../support/real-world.ts';
import { RunningStack, until } from '../support/running-stack.ts';

const rule = (octet: number) => ({
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  sourceCidrIp: `203.0.113.${octet}/32`,
});

describe('kill -9 of the stack and its PostgreSQL', () => {
  it('loses nothing: what is open stays open, and everything ends on time or at once', async () => {
    const first = await (await RunningStack.start()).ready();
    const { port, dataDir } = first;
    const short = await first.hook(request({ target: webGroup, rules: [rule(1)], duration: 'PT8S', id: 'K-1' }));
    const long = await first.hook(request({ target: webGroup, rules: [rule(2)], duration: 'PT25S', id: 'K-2' }));
    const leaseOf = (answer: { body: unknown }) =>
      (answer.body as { results: { leaseId: string }[] }).results[0]?.leaseId ?? '';
    const ours = async (stack: RunningStack) =>
      (await stack.ecs().rules()).filter((one) => one.description?.includes('[curfew1'));
    await until('both rules', 10_000, async () => ((await ours(first)).length === 2 ? true : undefined));
    const endMs = Date.parse(String((await first.lease(leaseOf(long))).expiresAt));

    const { pids } = await first.file();
    process.kill(pids.postgres ?? 0, 'SIGKILL');
    first.kill('SIGKILL');
    await first.exited();
    await sleep(9_000);
    const second = await (await RunningStack.start({ port, dataDir })).ready();

    try {
      await until('the overdue one to go', 10_000, async () => ((await ours(second)).length === 1 ? true : undefined));
      await until('the other to go', 30_000, async () => ((await ours(second)).length === 0 ? true : undefined));
      expect(Math.abs(Date.now() - endMs)).toBeLessThan(2_000);
      for (const lease of [short, long]) {
        await until('ended', 15_000, async () => ((await second.state(leaseOf(lease))) === 'ended' ? true : undefined));
      }
      expect(await second.exitCode).toBeUndefined();
    } finally {
      await second.stop();
      second.remove();
    }
  }, 120_000);

  it('refuses a busy folder and a busy port with exit status 3 and the reason', async () => {
    const stack = await (await RunningStack.start()).ready();
    try {
      const sameFolder = await RunningStack.start({ dataDir: stack.dataDir });
      expect(await sameFolder.exited()).toBe(3);
      expect(sameFolder.output).toMatch(/in use by the stack at/);

      const samePort = await RunningStack.start({ port: stack.port });
      expect(await samePort.exited()).toBe(3);
      expect(samePort.output).toMatch(/choose (?:others|another base port) with --port|in use/);
      samePort.remove();
      await stack.stop();
      expect(stack.exitCode).toBe(0);
    } finally {
      await stack.stop();
      stack.remove();
    }
  }, 90_000);
});
