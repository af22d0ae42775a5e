import { connectHand } from '../../shared/hands/connect-hand.ts';
import { runHand } from '../../shared/hands/run-hand.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';

/** Opens what should be open: takes requests, authorizes rules, puts removed ones back. Delivering the same event twice opens once. */
export const handler = defineHandler({
  name: 'grant',
  connect: connectHand,
  run: (invocation) => runHand('grant', invocation),
});
