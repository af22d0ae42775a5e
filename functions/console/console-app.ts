import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Check } from '../../shared/hands/doctor/check.ts';
import type { AuditTrail } from '../../shared/reconcile/audit-trail.ts';
import type { GroupFinder } from '../../shared/reconcile/groups.ts';
import type { ReceiveDeps } from '../../shared/reconcile/receive.ts';
import type { ApiToken } from '../../shared/runtime/settings.ts';

export type ConsoleDeps = ReceiveDeps & {
  readonly audit: AuditTrail;
  /** Looks at everything that must work. */
  readonly examine?: () => Promise<readonly Check[]>;
  /** Who may call the API. What bears a token acts under its name. */
  readonly tokens: readonly ApiToken[];
  /** On somebody's own machine the page shows live leases without a log-in. */
  readonly isLocal: boolean;
  /** Groups beyond those that the ledger knows, in which a stamped rule could be: the configured ones. */
  readonly groups?: GroupFinder;
};

export type ConsoleEnv = { Variables: { actor: string } };
export type ConsoleApp = OpenAPIHono<ConsoleEnv>;

/** Every message that comes through the API is of this source; it reaches every lease. */
export const apiSource = 'api';
