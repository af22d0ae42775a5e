import { acceptLater } from './accept-later.ts';
import { acceptRequest } from './accept-request.ts';
import { type AcceptDeps, type Accepted, type Incoming, loaded, refuse, repeated } from './accepting.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { Decide } from './policy-port.ts';

/**
 * Takes one message in one transaction: its id, the lease, its rules, the audit. Only when that is committed is the
 * sender told yes. No cloud call is made here. The same message taken twice is one message.
 */
export async function accept(deps: AcceptDeps, incoming: Incoming): Promise<Accepted> {
  // To end sooner, nobody is asked: it must work whatever has become of the policies.
  const isEnding = ['end', 'shorten'].includes(incoming.read.message.action);
  const decide = isEnding ? undefined : await deps.policy();
  return deps.ledger.transaction('accept', (tx) => acceptIn(tx, deps, incoming, decide));
}

async function acceptIn(
  tx: LedgerTx,
  deps: AcceptDeps,
  incoming: Incoming,
  decide: Decide | undefined,
): Promise<Accepted> {
  const { message } = incoming.read;
  const earlier = await tx.findMessage(incoming.source, message.id);
  if (earlier) return repeated(tx, earlier, incoming);
  const notServed = deps.serves(message.action, 'target' in message ? message.target : undefined);
  if (notServed) return refuse(tx, incoming, notServed);
  switch (message.action) {
    case 'authorize':
    case 'modify':
    case 'revoke':
      return acceptRequest(tx, { ...deps, decide: loaded(decide) }, incoming, message);
    case 'extend':
    case 'shorten':
    case 'end':
    case 'approve':
    case 'reject':
      return acceptLater(tx, { ...deps, decide }, incoming, message);
  }
}
