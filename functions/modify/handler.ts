import { connectHand } from '../../shared/hands/connect-hand.ts';
import { runHand } from '../../shared/hands/run-hand.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';

/** Moves the stamps of rules whose leases were extended. Without it stamps keep their first end. */
export const handler = defineHandler({
  name: 'modify',
  connect: connectHand,
  run: (invocation) => runHand('modify', invocation),
});
