import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf } from '../../../shared/config/accounts-config.ts';
import { checkConfig, compileConfig, compiledName, loadConfig } from '../../../shared/config/config.ts';
import { configFolder } from '../../../shared/config/config-folder.ts';
import { cedarPolicies } from '../../../shared/policy/cedar-policy.ts';
import { policiesOf } from '../../../shared/policy/read-policies.ts';

const shipped = configFolder({});
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
  await cp(shipped, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const edit = async (file: string, from: string, to: string) => {
  const text = await readFile(join(folder, file), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));
};

describe('the shipped configuration', () => {
  it('is valid and careful', async () => {
    const config = await loadConfig(shipped);

    expect(config.guards).toMatchObject({ longestLease: 'P7D', worldOpen: 'refuse', protectedGroups: [] });
    expect(config.sources).toMatchObject({
      tickets: { kind: 'standard-webhooks', secrets: ['env:CURFEW_TICKETS_SECRETS'], approvesOwn: false },
      queue: { kind: 'queue', secrets: ['env:CURFEW_QUEUE_SECRETS'] },
      api: { kind: 'api' },
      cli: { kind: 'cli' },
    });
    expect(config.sources.queue).not.toHaveProperty('trust');
    expect(config.accounts).toEqual({ default: { regions: '*' } });
  });
});

describe('a configuration folder', () => {
  it('names every problem with its file, line and column', async () => {
    await edit('guards.yaml', 'worldOpen: refuse', 'worldOpen: maybe\nworldClosed: true');
    await edit('guards.yaml', 'longestLease: P7D', 'longestLease: a week');
    await edit('sources.yaml', 'secrets: [env:CURFEW_TICKETS_SECRETS]', 'secrets: [whsec_abc]');
    await edit('sources.yaml', 'secrets: [env:CURFEW_QUEUE_SECRETS]', 'approvesOwn: false');
    const lineOf = async (file: string, text: string) =>
      (await readFile(join(folder, file), 'utf8')).split('\n').findIndex((line) => line.startsWith(text)) + 1;

    const problems = await checkConfig(folder);

    expect(problems).toEqual(
      expect.arrayContaining([
        {
          file: 'guards.yaml',
          line: await lineOf('guards.yaml', 'longestLease'),
          column: 1,
          path: '/longestLease',
          message: expect.stringContaining('PT2H'),
        },
        {
          file: 'guards.yaml',
          line: await lineOf('guards.yaml', 'worldOpen'),
          column: 1,
          path: '/worldOpen',
          message: expect.stringContaining('"refuse", "allow"'),
        },
        {
          file: 'guards.yaml',
          line: await lineOf('guards.yaml', 'worldClosed'),
          column: 1,
          path: '/worldClosed',
          message: expect.stringContaining('no field'),
        },
        expect.objectContaining({
          file: 'sources.yaml',
          path: '/sources/tickets/secrets/0',
          message: expect.stringContaining('env:NAME'),
        }),
        expect.objectContaining({
          file: 'sources.yaml',
          line: await lineOf('sources.yaml', '  queue:'),
          message: expect.stringContaining('trust'),
        }),
      ]),
    );
    expect(problems).toHaveLength(5);
    await expect(loadConfig(folder)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/guards\.yaml:\d+:1 /),
    });
  });

  it('without one of its files is refused: no guards would be no limits', async () => {
    await rm(join(folder, 'guards.yaml'));

    expect(await checkConfig(folder)).toEqual([
      expect.objectContaining({ file: 'guards.yaml', message: 'the file is missing' }),
    ]);
  });

  it.each([
    ['a broken line', '\n  - x: [', 'accounts.yaml'],
    ['a key that stands twice', '\naccounts: {}', 'accounts.yaml'],
    ['an unknown tag', '\nworldOpen2: !js x', 'guards.yaml'],
  ])('with %s is refused', async (_, text, file) => {
    await writeFile(join(folder, file), (await readFile(join(folder, file), 'utf8')) + text);

    const [problem] = await checkConfig(folder);

    expect(problem).toMatchObject({ file });
    expect(problem?.line).toBeGreaterThan(10);
  });

  it('says the same from its compiled file', async () => {
    const plain = await loadConfig(folder);
    await writeFile(join(folder, compiledName), await compileConfig(folder));

    expect(await loadConfig(folder)).toEqual(plain);
    for (const file of ['guards.yaml', 'sources.yaml', 'accounts.yaml']) await rm(join(folder, file));
    expect(await loadConfig(folder)).toEqual(plain);
  });

  it('has its policies read in the compiled file, so that they decide alike', async () => {
    const plain = await loadConfig(folder);
    await writeFile(join(folder, compiledName), await compileConfig(folder, policiesOf));
    const compiled = await loadConfig(folder);

    expect(plain.policy.policies).toBeUndefined();
    expect(compiled.policy.policies?.length).toBeGreaterThan(1);
    const [a, b] = await Promise.all([plain, compiled].map(({ policy }) => cedarPolicies(policy).load()));
    expect(b?.list).toEqual(a?.list);
    expect(b?.version).toBe(a?.version);
  });

  it('does not believe a compiled file that is older than the others', async () => {
    await writeFile(join(folder, compiledName), await compileConfig(folder));

    await edit('guards.yaml', 'longestLease: P7D', 'longestLease: P1D');

    expect((await loadConfig(folder)).guards.longestLease).toBe('P1D');
  });

  it('is not compiled while anything is wrong', async () => {
    await edit('guards.yaml', 'worldOpen: refuse', 'worldOpen: maybe');

    await expect(compileConfig(folder)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });
});

describe('an account', () => {
  const target = { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-1' } as const;

  it('is found by name, for its regions', () => {
    expect(accountOf({ default: { regions: '*' } }, target)).toEqual({ regions: '*' });
    expect(accountOf({ default: { regions: ['cn-hangzhou'] } }, target)).toHaveProperty('regions');
    expect(accountOf({ default: { regions: ['cn-beijing'] } }, target)).toMatchObject({
      code: 'REGION_NOT_ALLOWED',
      path: '/target/regionId',
    });
    expect(accountOf({}, { ...target, account: 'constructor' })).toMatchObject({
      code: 'UNKNOWN_ACCOUNT',
      path: '/target/account',
    });
  });
});
