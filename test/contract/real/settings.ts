import * as z from 'zod';
import { orDefaultChain } from '../../../shared/cloud/credentials.ts';
import { readCredentials } from '../../../shared/runtime/credentials.ts';

/** The credentials of whoever runs it: of the environment, else whatever the vendor's default chain finds. */
export const environmentCredentials = orDefaultChain(() => readCredentials({}, process.env));

const suite = z.strictObject({
  regionId: z.string(),
  endpoint: z.string(),
  securityGroupId: z.string(),
  settleMs: z.number(),
});
export type SuiteSettings = z.infer<typeof suite>;

/** The test runner loads the suite in a process of its own: what it must know travels in its environment. */
export const suiteVariable = 'CURFEW_CONTRACT';
export const suiteSettings = (): SuiteSettings => suite.parse(JSON.parse(process.env[suiteVariable] ?? '{}'));
