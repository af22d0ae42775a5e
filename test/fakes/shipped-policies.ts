import { loadConfig } from '../../shared/config/config.ts';
import { configFolder } from '../../shared/config/config-folder.ts';
import { cedarPolicies, type Policies } from '../../shared/policy/cedar-policy.ts';

let policies: Promise<Policies> | undefined;

/** The policies of config/, read once a test file. */
export function shippedPolicies(): Promise<Policies> {
  policies ??= loadConfig(configFolder({})).then(({ policy }) => cedarPolicies(policy).load());
  return policies;
}
