import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AuditTrail } from '../../shared/reconcile/audit-trail.ts';
import type { ReceiveDeps } from '../../shared/reconcile/receive.ts';
import type { Target } from '../../shared/rule/target.ts';
import type { ApiToken } from '../../shared/runtime/settings.ts';

export type ConsoleDeps = ReceiveDeps & {
  readonly audit: AuditTrail;
  /** Who may call the API. What bears a token acts under its name. */
  readonly tokens: readonly ApiToken[];
  /** On somebody's own machine the page shows live leases without a log-in. */
  readonly isLocal: boolean;
  /** Groups beyond those that the ledger knows, in which a stamped rule could be: the configured ones. */
  readonly knownGroups?: () => Promise<readonly Target[]>;
};

export type ConsoleEnv = { Variables: { actor: string } };
export type ConsoleApp = OpenAPIHono<ConsoleEnv>;

/** Every message that comes through the API is of this source; it reaches every lease. */
export const apiSource = 'api';
