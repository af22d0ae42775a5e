import { connectHand } from '../../shared/hands/connect-hand.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { reconcile } from './reconcile.ts';

/** Holds the ledger against the clouds, every ten minutes. It may only look; what it finds, the hands settle. */
export const handler = defineHandler({ name: 'reconcile', connect: connectHand, run: reconcile });
