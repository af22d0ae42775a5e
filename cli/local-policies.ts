import { type Config, loadConfig } from '../shared/config/config.ts';
import { cedarPolicies, type Policies } from '../shared/policy/cedar-policy.ts';
import { AppError } from '../shared/runtime/app-error.ts';
import { Failure } from './failure.ts';

export type LocalPolicies = { readonly config: Config; readonly policies: Policies };

/** A configuration folder with its policies ready to be asked; what is wrong with it is a refusal of the command. */
export async function localPolicies(folder: string): Promise<LocalPolicies> {
  try {
    const config = await loadConfig(folder);
    return { config, policies: await cedarPolicies(config.policy).load() };
  } catch (error) {
    if (error instanceof AppError) throw new Failure('refused', error.code, `${error.message} (curfew check)`);
    throw error;
  }
}
