import { keysOf, type Sources } from '../../intake/sources.ts';
import { attempt, type Check } from './check.ts';

/** Any answer of a server, with the time that it says it has. */
export type Reached = { readonly status: number; readonly dateMs?: number | undefined };
export type OutsideLook = {
  readonly nowMs: () => number;
  readonly ledgerNowMs: () => Promise<number>;
  readonly reach: (url: string) => Promise<Reached>;
  readonly cloudUrl: string;
  readonly fcUrl: string | undefined;
};

const clockSlackMs = 5_000;
/** A signature counts for fifteen minutes; well before that somebody should know. */
const clockBrokenMs = 5 * 60_000;

/** Do the clocks of the ledger, of this function and of the cloud agree? */
export async function checkClocks(look: OutsideLook): Promise<readonly Check[]> {
  const advice = 'stamps, ends and signatures go by these clocks: set the one that is off (NTP)';
  const found = await Promise.all([
    attempt('clock of the ledger', advice, async () => {
      const beganMs = look.nowMs();
      const theirs = await look.ledgerNowMs();
      return [judge('clock of the ledger', theirs - (beganMs + look.nowMs()) / 2, advice)];
    }),
    attempt('clock of the cloud', 'can the functions reach the cloud?', async () => {
      const { dateMs } = await look.reach(look.cloudUrl);
      const name = 'clock of the cloud';
      if (dateMs === undefined) return [{ name, verdict: 'unknown', found: 'it does not say what time it has' }];
      return [judge(name, dateMs - look.nowMs(), advice)];
    }),
  ]);
  return found.flat();
}

function judge(name: string, offMs: number, advice: string): Check {
  const found = `${(Math.abs(offMs) / 1000).toFixed(1)} s ${offMs < 0 ? 'behind' : 'ahead of'} this function`;
  if (Math.abs(offMs) <= clockSlackMs) return { name, verdict: 'ok', found };
  return { name, verdict: Math.abs(offMs) < clockBrokenMs ? 'warning' : 'failed', found, advice };
}

/** Does what wakes the hands at the very second answer? Without it the timers do all, up to a minute later. */
export async function checkNudges({ fcUrl, reach }: OutsideLook): Promise<readonly Check[]> {
  const name = 'nudges';
  if (fcUrl === undefined) {
    const found = 'FC_ENDPOINT is not set: the timers do all, up to a minute late';
    return [{ name, verdict: 'warning', found, advice: 'set FC_ENDPOINT, so that rules go within two seconds' }];
  }
  return attempt(name, `does FC_ENDPOINT (${fcUrl}) lead to Function Compute?`, async () => {
    const { status } = await reach(fcUrl);
    return [{ name, verdict: 'ok', found: `Function Compute answers (${status})` }];
  });
}

/** Has each source the secrets by which it proves itself? */
export async function checkSources({ book, secrets, isLocal }: Sources): Promise<readonly Check[]> {
  const signed = Object.entries(book).filter(([, source]) => 'secrets' in source && source.secrets !== undefined);
  const found = signed.map(([source, entry]) => {
    const name = `secrets of source ${source}`;
    return attempt(name, 'is the Key Management Service reachable?', async () => {
      const keys = await keysOf(entry, secrets);
      if (!('code' in keys)) return [{ name, verdict: 'ok', found: `${keys.length} that can be used` }];
      const isElsewhere = !isLocal && keys.code === 'SECRET_MISSING';
      const advice = isElsewhere
        ? 'this function has no part in it: see that the function that takes it (intake, or the hands) is given it'
        : 'set what sources.yaml names; until then nobody can prove to be this source';
      return [{ name, verdict: isElsewhere ? 'unknown' : 'failed', found: `${keys.code}: ${keys.message}`, advice }];
    });
  });
  return (await Promise.all(found)).flat();
}
