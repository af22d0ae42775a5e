import { handOf } from '../../reconcile/apply-answer.ts';
import type { Hand } from '../../reconcile/hand.ts';
import type { Ledger } from '../../reconcile/ledger-port.ts';
import { type Right, readRights } from '../../reconcile/prove-rights.ts';
import { attempt, type Check } from './check.ts';

const hands: readonly Hand[] = ['grant', 'revoke', 'modify'];

/** Has each hand's role its one verb, and no other? Known where somebody has asked, and the hand has swept since. */
export const checkRights = (ledger: Ledger): Promise<readonly Check[]> =>
  attempt('rights', 'is the database up?', () =>
    ledger.transaction('doctor', async (tx) => {
      const checks: Check[] = [];
      for (const hand of hands) checks.push(judge(hand, await readRights(tx, hand)));
      return checks;
    }),
  );

function judge(hand: Hand, rights: readonly Right[] | undefined): Check {
  const name = `rights of ${hand}`;
  if (!rights) {
    const found = 'nobody has asked, or its next sweep is still to come';
    return { name, verdict: 'unknown', found, advice: 'curfew doctor --rights asks, and waits for the sweeps' };
  }
  const own = rights.filter(({ verb }) => handOf[verb] === hand);
  const others = rights.filter((one) => !own.includes(one));
  const lacking = own.filter(({ verdict }) => verdict === 'forbidden');
  const tooMuch = others.filter(({ verdict }) => verdict === 'allowed');
  const unclear = rights.filter(({ verdict }) => verdict === 'unknown');
  const advice = `give the function the role of deploy/ram/${hand}.json, and it alone`;
  if (lacking.length > 0) return { name, verdict: 'failed', found: `may not ${told(lacking)}`, advice };
  if (tooMuch.length > 0) return { name, verdict: 'warning', found: `may also ${told(tooMuch)}`, advice };
  if (own.length === 0) {
    const found = 'no group is known yet in a cloud whose roles can be tried';
    return { name, verdict: 'unknown', found, advice: 'ask again after the first lease' };
  }
  if (unclear.length > 0) {
    const found = `the cloud did not say: ${unclear.map(({ verb, code }) => `${verb} (${code})`).join(', ')}`;
    return { name, verdict: 'unknown', found, advice: 'ask again' };
  }
  const places = own.map(({ place }) => place).join(', ');
  return { name, verdict: 'ok', found: `its verb, and no other, in ${places}` };
}

const told = (rights: readonly Right[]): string => rights.map(({ verb, place }) => `${verb} in ${place}`).join(', ');
