import { acceptLater } from './accept-later.ts';
import { acceptRequests } from './accept-requests.ts';
import { type AcceptDeps, type Accepted, type Incoming, loaded, repeatedOf } from './accepting.ts';
import { kindOf } from './runs.ts';

/**
 * Takes a run of messages (runs.ts) in one transaction: their ids, the leases, the rules, the audit. Only when that is
 * committed are the senders told yes. No cloud call is made here. The same message taken twice is one message.
 */
export async function accept(deps: AcceptDeps, run: readonly Incoming[]): Promise<readonly Accepted[]> {
  const [kind] = run.map(kindOf);
  // To end sooner, nobody is asked: it must work whatever has become of the policies.
  const decide = kind === 'ending' ? undefined : await deps.policy();
  return deps.ledger.transaction('accept', async (tx) => {
    const repeated = await repeatedOf(tx, run);
    const fresh = run.filter((one) => !repeated.has(one));
    const isAsking = kind === 'opening' || kind === 'change';
    const taken = isAsking
      ? await acceptRequests(tx, { ...deps, decide: loaded(decide) }, fresh)
      : await acceptLater(tx, { ...deps, decide }, fresh);
    return run.map((one) => taken.get(one) ?? repeated.get(one) ?? never());
  });
}

function never(): never {
  throw new Error('a message was given no outcome');
}
