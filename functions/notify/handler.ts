import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { connectNotify } from './connect.ts';
import { notify } from './notify.ts';

/** Tells people and programs what became of leases, every minute. It changes nothing but what was told. */
export const handler = defineHandler({ name: 'notify', connect: connectNotify, run: notify });
