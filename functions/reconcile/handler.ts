import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { connectReconcile } from './connect.ts';
import { reconcile } from './reconcile.ts';

/** Holds the ledger against the clouds, every ten minutes. It may only look; what it finds, the hands settle. */
export const handler = defineHandler({ name: 'reconcile', connect: connectReconcile, run: reconcile });
