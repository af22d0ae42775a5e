import * as z from 'zod';
import { credentialSource } from '../../../shared/cloud/credentials.ts';

/** The credentials of whoever runs it: of the environment, else whatever the vendor's default chain finds. */
export const environmentCredentials = credentialSource({
  invocation: () => undefined,
  environment: {
    accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    securityToken: process.env.ALIBABA_CLOUD_SECURITY_TOKEN,
  },
});

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
