import { connectHand } from '../../shared/hands/connect-hand.ts';
import { runHand } from '../../shared/hands/run-hand.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';

/** Removes what should no longer be open. Nothing that floods its sisters slows it. */
export const handler = defineHandler({
  name: 'revoke',
  connect: connectHand,
  run: (invocation) => runHand('revoke', invocation),
});
