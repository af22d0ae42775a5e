import type { Ids, Log } from '../reconcile/runtime-ports.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import { createIds } from './ids.ts';
import { KmsSecretStore } from './kms-secret-store.ts';
import { createSecretReader, type SecretReader } from './secrets.ts';
import { type Environment, readSettings, type Settings } from './settings.ts';

/** What the world gives a function's `connect`: the real dependencies are made of this and nothing else. */
export type Platform = {
  readonly settings: Settings;
  readonly secrets: SecretReader;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Bears the request of whichever invocation it is used in. */
  readonly log: Log;
  /** Those of the invocation at hand: temporary ones, so ask before every use. Throws NO_CREDENTIALS. */
  readonly credentials: () => Credentials;
  /** Of the account that the function runs in; empty where nobody said. */
  readonly accountId: string;
  readonly region: string;
  /** `grant`, `revoke` …: whatever it is called where it is deployed. */
  readonly functionName: string;
};

export function createPlatform(given: {
  readonly env: Environment;
  readonly log: Log;
  readonly credentials: () => Credentials;
  readonly accountId: string;
  readonly region: string;
  readonly functionName: string;
}): Platform {
  const { env, credentials, region, accountId, functionName, log } = given;
  const settings = readSettings(env);
  const store = new KmsSecretStore({ endpoint: settings.endpoints.kms, region: () => region, credentials });
  const secrets = createSecretReader({
    isLocal: settings.isLocal,
    env,
    store,
    monotonicMs: systemClock.monotonicMs,
  });
  const about = { accountId, region, functionName };
  return { settings, secrets, clock: systemClock, ids: createIds(), log, credentials, ...about };
}
