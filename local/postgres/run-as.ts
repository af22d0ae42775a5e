import { execFile } from 'node:child_process';
import { chown, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import { PostgresError } from './postgres-error.ts';

/** How to start PostgreSQL's programs, which refuse to run as root. */
export type RunAs = {
  /** For messages and tests. */
  readonly name: string;
  /** What stands before the program on the command line. */
  readonly prefix: readonly string[];
  /** Whom node should turn the process into. */
  readonly ids: { readonly uid?: number; readonly gid?: number };
  /** To whom the files must belong, as seen from outside; undefined: leave them alone. */
  readonly filesUid?: number;
};

type Account = { readonly name: string; readonly uid: number; readonly gid: number };

/** The ways worth trying, best first. Whoever is not root needs none of this. */
export async function waysToRun(dataDir: string, uid = process.getuid?.()): Promise<RunAs[]> {
  if (uid !== 0) return [{ name: 'this user', prefix: [], ids: {} }];
  const accounts = await accountsOfThisMachine();
  const owner = await nearestOwner(dataDir);
  const others = [
    ...accounts.filter((account) => account.uid === owner?.uid),
    ...['postgres', 'nobody', 'daemon'].flatMap((name) => accounts.filter((account) => account.name === name)),
  ];
  return [...inNamespace(accounts), ...others.map(asOtherUser)];
}

/**
 * Still root outside, so folders of mode 0700 stay open to it; somebody else inside, which is all that
 * PostgreSQL looks at. The number must be one that the password file knows: initdb asks for its name.
 */
function inNamespace(accounts: readonly Account[]): RunAs[] {
  const account = accounts.find(({ name }) => name === 'nobody') ?? accounts.find(({ uid }) => uid !== 0);
  if (process.platform !== 'linux' || account === undefined) return [];
  const prefix = ['unshare', '--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--'];
  return [{ name: 'user namespace', prefix, ids: {}, filesUid: 0 }];
}

function asOtherUser({ name, uid, gid }: Account): RunAs {
  return { name: `user ${name}`, prefix: [], ids: { uid, gid }, filesUid: uid };
}

async function accountsOfThisMachine(): Promise<Account[]> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  return lines
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name, uid }) => name !== '' && !name.startsWith('#') && uid > 0);
}

/** `sudo npm start` in somebody's home: that somebody can surely enter the folder. */
async function nearestOwner(path: string): Promise<{ uid: number } | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info !== undefined && info.uid !== 0) return { uid: info.uid };
  const parent = dirname(resolve(path));
  return parent === resolve(path) ? undefined : nearestOwner(parent);
}

/**
 * The first way by which the programs run and may write to the folder, found out by doing just that.
 * The folder is handed to whoever runs them. Fails with `NO_BINARIES` if the programs are what is in the
 * way (a copy elsewhere may do), with `NO_USER` if the folder is.
 */
export async function chooseRunAs(ways: readonly RunAs[], binaries: Binaries, dataDir: string): Promise<RunAs> {
  const faults: Fault[] = [];
  for (const way of ways) {
    if (way.filesUid !== undefined) await giveTo(dataDir, way.filesUid, way.ids.gid ?? 0);
    const fault = await tryOut(way, binaries, dataDir);
    if (fault === undefined) return way;
    faults.push(fault);
  }
  const tried = `Tried ${faults.map(({ text }) => text).join('; ')}.`;
  if (faults.some(({ exitStatus }) => exitStatus === PROGRAMS_DO_NOT_RUN)) {
    throw new PostgresError('NO_BINARIES', `The programs in ${binaries.postgres} cannot be run. ${tried}`);
  }
  throw new PostgresError(
    'NO_USER',
    `PostgreSQL cannot be run on ${dataDir}. It refuses to run as root: start this as an ordinary user, or ` +
      `choose a data folder that such a user may enter and write to. ${tried}`,
  );
}

type Fault = { readonly text: string; readonly exitStatus: unknown };

/** Exit statuses that neither `unshare` nor the shell uses by itself. */
const FOLDER_IS_CLOSED = 73;
const PROGRAMS_DO_NOT_RUN = 74;
const TRIAL = `cd "$1" && test -w . || exit ${FOLDER_IS_CLOSED}; "$2" --version || exit ${PROGRAMS_DO_NOT_RUN}`;

async function tryOut(way: RunAs, binaries: Binaries, dataDir: string): Promise<Fault | undefined> {
  const command = ['sh', '-c', TRIAL, 'sh', dataDir, binaries.postgres];
  const [file = 'sh', ...args] = [...way.prefix, ...command];
  try {
    await promisify(execFile)(file, args, { ...way.ids, cwd: '/' });
    return undefined;
  } catch (error) {
    const { stderr, message, code } = error as Error & { stderr?: string; code?: unknown };
    const reason = stderr?.trim() || (code === FOLDER_IS_CLOSED ? 'the folder is not writable' : message);
    return { text: `${way.name} (${reason})`, exitStatus: code };
  }
}

/**
 * Hands over a whole tree. What root makes belongs to root, so a tree of root's costs one look; any other
 * owner's is walked each time, for root may have copied something into it a moment ago.
 */
async function giveTo(path: string, uid: number, gid: number): Promise<void> {
  if (uid === 0 && (await stat(path)).uid === 0) return;
  const entries = await readdir(path, { recursive: true });
  await Promise.all(entries.map((entry) => lchown(join(path, entry), uid, gid)));
  // The top last: a hand-over that was cut short is seen and done again.
  await chown(path, uid, gid);
}
