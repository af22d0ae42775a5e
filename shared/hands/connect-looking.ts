import { type Config, loadConfig } from '../config/config.ts';
import { configFolder } from '../config/config-folder.ts';
import type { Guards } from '../config/guards-config.ts';
import type { Notices } from '../config/notices-config.ts';
import { createPostgresLedger, type PostgresLedger } from '../ledger/postgres-ledger.ts';
import { announcer } from '../nudge/announcer.ts';
import { Fc2Nudger } from '../nudge/fc2-nudger.ts';
import { Fc3Nudger } from '../nudge/fc3-nudger.ts';
import { noNudger } from '../nudge/no-nudger.ts';
import { checkGuards } from '../policy/guards.ts';
import { peopleOf } from '../policy/people.ts';
import { checkWidening, widens } from '../policy/widening.ts';
import type { AuditTrail } from '../reconcile/audit-trail.ts';
import type { Nudger } from '../reconcile/nudge-port.ts';
import type { WorkDeps } from '../reconcile/work.ts';
import { AppError } from '../runtime/app-error.ts';
import type { Platform } from '../runtime/platform.ts';
import { announcingLedger } from './announcing-ledger.ts';
import { configuredGroups } from './configured-groups.ts';
import { limitsOf } from './guard-of.ts';
import { invokerOptions, senders } from './invoker.ts';
import { ruleApis } from './rule-apis.ts';
import type { HandDeps } from './run-hand.ts';
import { servedBy } from './served.ts';

/** A group that still may be hot is looked at this often. */
const watchMs = 60_000;
/** Four groups are swept side by side, and the sweep itself asks now and then. */
const connections = 4;

/** What those work with who look at everything and decide on no request. */
export type Looking = Omit<HandDeps, 'policy'> & {
  readonly audit: AuditTrail;
  readonly health: Pick<PostgresLedger, 'isPrimary' | 'isMigrated'>;
  readonly config: Config;
};

/** The real dependencies of a function that works or looks: made once an instance. */
export async function connectLooking(platform: Platform): Promise<Looking> {
  const { stampKeys } = platform.settings;
  if (stampKeys.length === 0) {
    const sentence = 'CURFEW_STAMP_KEYS is missing: give kms:NAME, or a secret that never changes by itself';
    throw new AppError('INVALID_SETTINGS', sentence);
  }
  const keys = await platform.secrets.read(stampKeys);
  return { ...(await connectKeyless(platform)), stampKeys: keys.map((key) => key.reveal()) };
}

/** The same for a function that only takes messages: it makes no stamp and holds no key for one. */
export async function connectKeyless(platform: Platform): Promise<Looking> {
  const { settings, secrets, clock, ids, log } = platform;
  if (settings.databaseUrl === undefined) {
    throw new AppError(
      'INVALID_SETTINGS',
      'DATABASE_URL is not set: give the ledger, such as postgres://user:password@host/name',
    );
  }
  const [config, auditKeys] = await Promise.all([loadConfig(configFolder(settings)), secrets.read(settings.auditKeys)]);
  const postgres = createPostgresLedger({
    databaseUrl: settings.databaseUrl.reveal(),
    poolMax: connections,
    sleep: clock.sleep,
    auditKeys: auditKeys.map((key) => key.reveal()),
    random: () => Number.parseInt(ids.nonce().slice(0, 8), 16) / 2 ** 32,
    log,
  });
  return {
    config,
    ledger: announced(platform, postgres, config.notices),
    audit: postgres,
    health: postgres,
    apiFor: ruleApis(platform, config.accounts),
    groups: configuredGroups(platform, config.accounts),
    nowMs: clock.nowMs,
    nudger: nudgerOf(platform),
    stopwatch: clock,
    ids,
    log,
    stampKeys: [],
    schedule: { lookAgainMs: settings.lookAgainMs, watchMs },
    changeGuard: changeGuardOf(config.guards),
    ...limitsOf(config.guards, config.accounts, platform.accountId),
    personOf: peopleOf(config.policy.entities),
    serves: servedBy(config.accounts, settings.endpoints),
    sources: { book: config.sources, secrets: platform.secrets, isLocal: settings.isLocal },
  };
}

function nudgerOf(platform: Platform): Nudger {
  const options = invokerOptions(platform);
  if (!options) return noNudger;
  return platform.settings.fcClient === 'fc3' ? new Fc3Nudger(options) : new Fc2Nudger(options);
}

/** Tells `notify` of news at once; nobody where nobody is to be told, or nothing can be invoked. */
function announced(platform: Platform, ledger: PostgresLedger, { channels }: Notices): PostgresLedger {
  const connect = senders(platform);
  if (!connect || Object.keys(channels).length === 0) return ledger;
  const { settings, clock, log } = platform;
  const { functionPrefix } = settings;
  return announcingLedger(ledger, announcer({ connect, functionPrefix, stopwatch: clock, log }));
}

/** A change that widens is refused, or must keep the limits that a rule of one's own would have to keep. */
function changeGuardOf(guards: Guards): WorkDeps['changeGuard'] {
  const mayWiden = guards.wideningChanges === 'allow';
  return (target, before, after) => {
    const refused = checkWidening(mayWiden, before, after);
    if (refused || after === undefined || !widens(before, after)) return refused;
    return checkGuards(guards, { rules: [after], target, startsAtMs: 0, expiresAtMs: 0 });
  };
}
