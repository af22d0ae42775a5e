import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { connectRevoke } from './connect.ts';
import { revoke } from './revoke.ts';

/** Removes what should no longer be open, by the stamps alone where it must. Nothing that floods its sisters slows it. */
export const handler = defineHandler({ name: 'revoke', connect: connectRevoke, run: revoke });
