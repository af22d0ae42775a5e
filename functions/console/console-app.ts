import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Check } from '../../shared/hands/doctor/check.ts';
import type { Policies } from '../../shared/policy/cedar-policy.ts';
import type { AnchorStore } from '../../shared/reconcile/anchor-port.ts';
import type { AuditTrail } from '../../shared/reconcile/audit-trail.ts';
import type { GroupFinder } from '../../shared/reconcile/groups.ts';
import type { LoadVisits } from '../../shared/reconcile/policy-port.ts';
import type { ReceiveDeps } from '../../shared/reconcile/receive.ts';
import type { ScanReport } from '../../shared/reconcile/scan.ts';
import type { ApiToken } from '../../shared/runtime/settings.ts';
import type { LogIn } from './login/log-in.ts';
import type { Sealer } from './login/sealer.ts';
import type { Sessions } from './login/sessions.ts';

export type ConsoleDeps = ReceiveDeps & {
  readonly audit: AuditTrail;
  /** Where heads of the trail are kept beside the log; absent where no bucket is configured. */
  readonly anchors?: AnchorStore | undefined;
  /** Looks at everything that must work. */
  readonly examine?: () => Promise<readonly Check[]>;
  /** Holds the ledger against the clouds now, for as long as it may. */
  readonly scanNow?: (mayGoOn: () => boolean) => Promise<ScanReport>;
  /** Who may call the API. What bears a token acts under its name. */
  readonly tokens: readonly ApiToken[];
  /** Absent where nobody can log in. */
  readonly login?: ConsoleLogin | undefined;
  /** Who may look at what, and do what is done here. */
  readonly visits: LoadVisits;
  /** The wall clock: policies may depend on the time of day. */
  readonly nowMs: () => number;
  /** The policies in force: shown and tried. */
  readonly policies: () => Promise<Policies>;
  /** On somebody's own machine everything is plain http. */
  readonly isLocal: boolean;
  /** Where the built page lies; absent where it was not built. */
  readonly pageFolder?: string | undefined;
  /** Groups beyond those that the ledger knows, in which a stamped rule could be: the configured ones. */
  readonly groups?: GroupFinder;
};

/** How people log in. */
export type ConsoleLogin = {
  /** Where browsers see the console: scheme and host. */
  readonly consoleUrl: string;
  readonly sealer: Sealer;
  readonly sessions: Sessions;
  readonly logIn: LogIn;
};

/** Who calls: a machine by its token, or somebody who logged in. */
export type Actor = {
  readonly id: string;
  readonly name?: string | undefined;
  /** What the log-in says; of a token that it is one. */
  readonly groups: readonly string[];
  readonly language?: 'en' | 'zh' | undefined;
  readonly isMachine?: boolean;
};

/** `actor` is the person's id. */
export type ConsoleEnv = { Variables: { actor: string; person: Actor } };
export type ConsoleApp = OpenAPIHono<ConsoleEnv>;

/** Every message that comes through the API is of this source; it reaches every lease. */
export const apiSource = 'api';
