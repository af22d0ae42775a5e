import type { Accounts } from '../config/accounts-config.ts';
import type { Guards } from '../config/guards-config.ts';
import { parseDuration } from '../lease/duration.ts';
import { noEndMs } from '../lease/lease.ts';
import { guardReach } from '../policy/guard-reach.ts';
import { checkGuards } from '../policy/guards.ts';
import { openTogether } from '../policy/open-together.ts';
import type { AcceptDeps } from '../reconcile/accepting.ts';

/** The limits of guards.yaml as acceptance asks for them. */
export const guardOf =
  (guards: Guards, accounts: Accounts = {}, ownAccountId?: string): AcceptDeps['guard'] =>
  ({ endPath, ...asked }) =>
    checkGuards(guards, {
      ...asked,
      expiresAtMs: asked.expiresAtMs === noEndMs ? Number.POSITIVE_INFINITY : asked.expiresAtMs,
      endField: endPath === '/expiresAt' ? 'expiresAt' : 'duration',
      accountId: accounts[asked.target.account]?.accountId ?? ownAccountId,
    });

/** Everything of guards.yaml that acceptance needs. */
export const limitsOf = (
  guards: Guards,
  accounts: Accounts,
  ownAccountId: string | undefined,
): Pick<AcceptDeps, 'guard' | 'together' | 'reach' | 'approvalTimeoutMs'> => ({
  guard: guardOf(guards, accounts, ownAccountId),
  together: openTogether(guards),
  reach: guardReach(guards),
  approvalTimeoutMs: parseDuration(guards.approvalTimeout ?? 'P1D') ?? 0,
});
