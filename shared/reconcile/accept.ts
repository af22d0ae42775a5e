import { refusal } from '../rule/refusal.ts';
import { acceptLater } from './accept-later.ts';
import { acceptRequest } from './accept-request.ts';
import { type AcceptDeps, type Accepted, type Incoming, refuse, repeated } from './accepting.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { Decide } from './policy-port.ts';

/**
 * Takes one message in one transaction: its id, the lease, its rules, the audit. Only when that is committed is the
 * sender told yes. No cloud call is made here. The same message taken twice is one message.
 */
export async function accept(deps: AcceptDeps, incoming: Incoming): Promise<Accepted> {
  const asks = ['authorize', 'modify', 'revoke'].includes(incoming.read.message.action);
  const decide = asks ? await deps.policy() : undefined;
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
      return acceptRequest(tx, { ...deps, decide: ready(decide) }, incoming, message);
    case 'extend':
    case 'shorten':
    case 'end':
      return acceptLater(tx, deps, incoming, message);
    default:
      return refuse(
        tx,
        incoming,
        refusal('ACTION_NOT_SUPPORTED', `"${message.action}" is not served by this deployment`, '/action'),
      );
  }
}

function ready(decide: Decide | undefined): Decide {
  if (!decide) throw new Error('the policies were not loaded before the transaction');
  return decide;
}
