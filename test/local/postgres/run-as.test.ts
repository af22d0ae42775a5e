import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyBinaries, locateBinaries } from '../../../local/postgres/binaries.ts';
import { ensureCluster, ensurePassword } from '../../../local/postgres/cluster.ts';
import { chooseRunAs, type RunAs, waysToRun } from '../../../local/postgres/run-as.ts';

const isRoot = process.getuid?.() === 0;
const FORBIDDEN_NAMESPACE: RunAs = {
  name: 'user namespace',
  prefix: ['sh', '-c', 'echo "unshare failed: Operation not permitted" >&2; exit 1', '--'],
  ids: {},
  filesUid: 0,
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-run-as-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it('starts the programs directly for anybody but root', async () => {
  expect(await waysToRun(folder, 1000)).toEqual([{ name: 'this user', prefix: [], ids: {} }]);
});

it('says which programs do not run, so that a copy can be tried', async () => {
  const binaries = { postgres: join(folder, 'missing'), initdb: join(folder, 'missing') };

  await expect(chooseRunAs(await waysToRun(folder, 1000), binaries, folder)).rejects.toMatchObject({
    code: 'NO_BINARIES',
    message: expect.stringContaining('missing'),
  });
});

describe.runIf(isRoot)('as root', () => {
  it.runIf(process.platform === 'linux')('prefers a user namespace, in which the files stay root’s', async () => {
    const binaries = await locateBinaries();

    const way = await chooseRunAs(await waysToRun(folder), binaries, folder);

    expect(way).toMatchObject({ name: 'user namespace', ids: {} });
    expect((await stat(folder)).uid).toBe(0);
  });

  it('becomes another user where namespaces are forbidden, and hands over the folder', async () => {
    await chmod(folder, 0o755);
    const dataDir = join(folder, 'postgres');
    await mkdir(dataDir, { mode: 0o700 });
    // A checkout below a closed folder keeps the other user from npm's place as well.
    const binaries = await copyBinaries(await locateBinaries(), dataDir);
    const others = (await waysToRun(dataDir)).filter(({ prefix }) => prefix.length === 0);

    const runAs = await chooseRunAs([FORBIDDEN_NAMESPACE, ...others], binaries, dataDir);
    await ensurePassword(dataDir);
    await ensureCluster(dataDir, { binaries, runAs, env: { PATH: process.env.PATH, LC_ALL: 'C' } });

    const { uid } = await stat(join(dataDir, 'cluster', 'PG_VERSION'));
    expect(runAs.ids.uid).toBeGreaterThan(0);
    expect(uid).toBe(runAs.ids.uid);
  });

  it('says what was tried when nobody can run the server on that folder', async () => {
    const dataDir = join(folder, 'postgres');
    await mkdir(dataDir);
    const binaries = await locateBinaries();
    const others = (await waysToRun(dataDir)).filter(({ prefix }) => prefix.length === 0);

    // The parent is root's and has mode 0700: another user cannot enter.
    await expect(chooseRunAs([FORBIDDEN_NAMESPACE, ...others], binaries, dataDir)).rejects.toMatchObject({
      code: 'NO_USER',
      message: expect.stringMatching(/start this as an ordinary user.*Operation not permitted.*user nobody/s),
    });
  });
});
