import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCurfew, startConsole } from './curfew.ts';

const team = 'config/examples/team';

/** A copy of the team's folder in which one file was edited. */
async function editedTeam(file: string, from: string, to: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'policy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(team, folder, { recursive: true });
  const text = await readFile(join(folder, file), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));
  return folder;
}

describe('curfew policy test', () => {
  it('tries the table beside the policies, and says so for machines too', async () => {
    const { status, out } = await runCurfew(['policy', 'test', `${team}/policy-tests.yaml`, '--json']);

    expect(status).toBe(0);
    const found = JSON.parse(out);
    expect(found).toMatchObject({ failed: 0, version: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(found.results.length).toBeGreaterThanOrEqual(40);
  });

  it('ends with 1 and names what a policy that was loosened decides otherwise', async () => {
    const folder = await editedTeam(
      'policy.cedar',
      'forbid(principal in Group::"contractors", action in Action::"request"',
      'forbid(principal == Person::"x", action in Action::"request"',
    );

    const { status, out, err } = await runCurfew(['policy', 'test', '--config', folder]);

    expect(status).toBe(1);
    expect(err).toContain('POLICY_TEST_FAILED');
    expect(err).toContain('not even one who is in the SRE group by mistake');
    expect(out).toContain('decision: deny was expected, allow was decided');
  });

  it.each([
    [
      'a table with a field that there is not',
      'policy-tests.yaml',
      'duration: PT4H',
      'during: PT4H',
      /policy-tests\.yaml:\d+:\d+: there is no field "during"/,
    ],
    ['a policy that is not valid', 'policy.cedar', '@id("say-why")', '@name("say-why")', /policy\.cedar:\d+:1 /],
  ])('refuses %s, with its line', async (_what, file, from, to, told) => {
    const { status, err } = await runCurfew(['policy', 'test', '--config', await editedTeam(file, from, to)]);

    expect(status).toBe(1);
    expect(err).toMatch(told);
  });

  it('counts a question that makes no sense as denied, with its code', async () => {
    const folder = await editedTeam('policy-tests.yaml', 'rules: [shell]', 'rules: [shel]');

    const { status, out } = await runCurfew(['policy', 'test', '--config', folder]);

    expect(status).toBe(1);
    expect(out).toContain('INVALID_TYPE');
  });

  it('is wrong usage without its file', async () => {
    expect((await runCurfew(['policy', 'test', '/nowhere.yaml'])).status).toBe(2);
  });
});

describe('curfew check', () => {
  it('names the line of a policy that the schema does not know, and of an entity', async () => {
    const folder = await editedTeam(
      'policy.cedar',
      'context.sets == ["description"]',
      'context.setting == ["description"]',
    );
    const entities = await readFile(join(folder, 'entities.json'), 'utf8');
    await writeFile(join(folder, 'entities.json'), entities.replace('"type": "Calendar"', '"type": "Clock"'));

    const { status, out } = await runCurfew(['check', folder]);

    expect(status).toBe(1);
    expect(out).toMatch(/policy\.cedar:\d+:\d+: sre-edits-descriptions: attribute `setting`/);
    expect(out).toMatch(/entities\.json:2:\d+: type must be one of/);
  });

  it('wants the policies to be there', async () => {
    const folder = await editedTeam('policy.cedar', '', '');
    await rm(join(folder, 'policy.cedar'));

    const { status, out } = await runCurfew(['check', folder]);

    expect(status).toBe(1);
    expect(out).toContain('policy.cedar:1:1: the file is missing');
  });
});

describe('curfew policy show', () => {
  it('shows the policies that the console decides by, or one of them', async () => {
    const { curfew } = await startConsole();

    const all = await curfew('policy', 'show');
    const one = await curfew('policy', 'show', 'administrators-administer', '--json');
    const none = await curfew('policy', 'show', 'nothing');

    expect(all.out).toContain('@id("whoever-is-proved-may-ask")');
    expect(JSON.parse(one.out)).toMatchObject({ policies: [{ id: 'administrators-administer', effect: 'permit' }] });
    expect(none).toMatchObject({ status: 1, err: expect.stringContaining('whoever-is-proved-may-ask') });
  });

  it('shows those of a folder', async () => {
    const { status, out } = await runCurfew(['policy', 'show', 'great-sale', '--config', team]);

    expect(status).toBe(0);
    expect(out).toContain('2026-11-10T00:00:00+0800');
  });
});
