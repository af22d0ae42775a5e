import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LOCAL_KEYS } from '../../local/clouds/ecs-client.ts';
import { ecsTrial } from '../../local/clouds/ecs-trial.ts';
import { EcsAccount } from './account.ts';
import { experiment } from './experiments.ts';
import { lag } from './lag.ts';
import { behaviourOf } from './report.ts';
import { makeScratchGroup, namePrefix } from './scratch-group.ts';
import { tokens } from './tokens.ts';
import { Trial } from './trial.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Two clouds that differ in everything that the experiments ask. */
const clouds = {
  'as the documents have it': {
    describeLagMs: 0,
    priorityIsIdentity: true,
    hostBitsAreIdentity: false,
    existingDescription: 'kept',
    revokeMissingByPermissions: 'ok',
    revokeMissingByFlat: 'RuleNotExist',
    revokeMissingById: 'documented',
    modifyMissingById: 'InvalidSecurityGroupRuleId.NotFound',
    batch: 'atomic',
    bareIpEcho: 'as-sent',
    priorityEcho: 'number',
    vpcInternetNic: 'refuse',
    tokenMismatchStatus: 400,
    rememberFailures: false,
  },
  'otherwise in every way': {
    describeLagMs: 0,
    priorityIsIdentity: false,
    hostBitsAreIdentity: true,
    existingDescription: 'replaced',
    revokeMissingByPermissions: 'InvalidGroupAuthItem.NotFound',
    revokeMissingByFlat: 'ok',
    revokeMissingById: 'InvalidSecurityGroupRuleId.NotFound',
    modifyMissingById: 'SecurityGroupRule.NotFound',
    batch: 'partial',
    bareIpEcho: 'with-prefix',
    priorityEcho: 'string',
    vpcInternetNic: 'ignore',
    tokenMismatchStatus: 403,
    rememberFailures: true,
  },
} as const;

/** A scratch group on an emulated ECS that behaves as told. */
async function open(behaviour: object, tokenWaitMs = 0) {
  const ecs = await ecsTrial();
  await ecs.control('/behaviour', behaviour);
  const account = new EcsAccount({
    regionId: 'cn-hangzhou',
    endpoint: ecs.url,
    credentials: () => LOCAL_KEYS,
    signal: new AbortController().signal,
  });
  const groupId = await makeScratchGroup(account, undefined);
  return new Trial(account, groupId, { settleMs: 0, tokenWaitMs });
}

describe('the experiments on a real account', () => {
  it.each(Object.entries(clouds))('name the switches of a cloud that is %s', async (_, behaviour) => {
    const trial = await open(behaviour);

    const report = await experiment(
      trial,
      () => false,
      () => undefined,
    );

    expect(report.failures).toEqual([]);
    expect(behaviourOf(report)).toEqual(behaviour);
  });

  it.each([
    { lives: 0, atLeast: 0, atMost: 0 },
    // Found between two tries, so only so precisely.
    { lives: 2, atLeast: 2, atMost: 4 },
  ])('find out that a token lives for $lives s, when they may wait', async ({ lives, atLeast, atMost }) => {
    const trial = await open({ tokenTtlSeconds: lives }, 10_000);

    const findings = await tokens.run(trial);

    const found = findings.at(-1)?.switches.tokenTtlSeconds;
    expect(found).toBeGreaterThanOrEqual(atLeast);
    expect(found).toBeLessThanOrEqual(atMost);
  });

  it('measure the lag of listings, and wait for it from then on', async () => {
    const trial = await open({ describeLagMs: 250 });

    const [finding] = await lag.run(trial);

    const { describeLagMs = 0 } = finding?.switches ?? {};
    expect(describeLagMs).toBeGreaterThanOrEqual(200);
    expect(describeLagMs).toBeLessThan(1_500);
    expect(trial.settleMs).toBeGreaterThanOrEqual(describeLagMs);
  });
});

type Ecs = Awaited<ReturnType<typeof ecsTrial>>;

/** The command as a person calls it, with the runner of these tests kept out of its environment. */
function contract(ecs: Ecs, ...args: string[]) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_ENV|FORCE_COLOR)/.test(name));
  const child = spawn(process.execPath, ['bin/run.js', 'test/contract/real/run.ts', '--endpoint', ecs.url, ...args], {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      ALIBABA_CLOUD_ACCESS_KEY_ID: LOCAL_KEYS.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: LOCAL_KEYS.accessKeySecret,
    },
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  return {
    child,
    result: async () => {
      const [code, [stdout, stderr]] = await Promise.all([ended, output]);
      return { code, stdout, stderr };
    },
  };
}

const scratchGroups = async (ecs: Ecs) => {
  const { securityGroups } = await ecs.listGroups({ maxResults: 100 });
  const groups = securityGroups?.securityGroup ?? [];
  return groups.filter(({ securityGroupName }) => securityGroupName?.startsWith(namePrefix));
};

describe('npm run contract', () => {
  it('does nothing but say what it would do, unless it is told --real', async () => {
    const ecs = await ecsTrial();

    const { code, stderr } = await contract(ecs).result();

    const { body } = await ecs.control('/calls');
    expect(code).toBe(2);
    expect(stderr).toMatch(/npm run contract -- --real/);
    expect(body.calls).toEqual([]);
  });

  it('prints the switches, keeps the contract, and leaves no group behind', async () => {
    const ecs = await ecsTrial();

    const { code, stdout } = await contract(ecs, '--real').result();

    expect(stdout).toMatch(/Is Priority part of a rule’s identity\?\s+priorityIsIdentity: true\s+200, 200/);
    expect(stdout).toMatch(/contract suite: held/);
    expect(code).toBe(0);
    expect(await scratchGroups(ecs)).toEqual([]);
  }, 60_000);

  it('removes its group after a failure, and what an earlier run left, and nothing of that name else', async () => {
    const ecs = await ecsTrial();
    const theirs = await ecs.createGroup({ securityGroupName: `${namePrefix}of-somebody`, description: 'not yours' });
    const left = await ecs.createGroup({
      securityGroupName: `${namePrefix}left`,
      description: 'scratch group of the contract test of curfew: made and removed by it',
    });
    const fault = { fault: 'error', code: 'Planted', status: 400, times: 1_000 };
    await ecs.control('/faults', [{ action: 'DescribeSecurityGroupAttribute', ...fault }]);

    const { code, stdout, stderr } = await contract(ecs, '--real', '--no-suite').result();

    expect(code).toBe(1);
    expect(stdout).toMatch(/not answered: the identity of a rule: listing the rules was refused with Planted 400/);
    expect(stderr).toMatch(/scratch group sg-/);
    const ids = (await scratchGroups(ecs)).map(({ securityGroupId }) => securityGroupId);
    expect(ids).toEqual([theirs]);
    expect(ids).not.toContain(left);
  });

  it('removes its group when it is interrupted', async () => {
    const ecs = await ecsTrial();
    await ecs.control('/behaviour', { latencyMs: 100 });
    const { child, result } = contract(ecs, '--real', '--no-suite');
    child.stderr.on('data', (chunk: Buffer) => {
      if (String(chunk).includes('the identity of a rule')) child.kill('SIGINT');
    });

    const { code, stdout } = await result();

    await ecs.control('/behaviour', { latencyMs: 0 });
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/How long does a ClientToken live/);
    expect(await scratchGroups(ecs)).toEqual([]);
  });
});
