import type { Guards } from '../config/guards-config.ts';
import { noEndMs } from '../lease/lease.ts';
import { checkGuards } from '../policy/guards.ts';
import type { AcceptDeps } from '../reconcile/accepting.ts';

/** The limits of guards.yaml as acceptance asks for them. */
export const guardOf =
  (guards: Guards): AcceptDeps['guard'] =>
  ({ endPath, ...asked }) =>
    checkGuards(guards, {
      ...asked,
      expiresAtMs: asked.expiresAtMs === noEndMs ? Number.POSITIVE_INFINITY : asked.expiresAtMs,
      endField: endPath === '/expiresAt' ? 'expiresAt' : 'duration',
    });
