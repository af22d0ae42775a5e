import * as z from 'zod/mini';
import { accountsSchema } from './accounts-config.ts';
import { entitiesSchema } from './entities-config.ts';
import { guardsSchema } from './guards-config.ts';
import { noticesSchema } from './notices-config.ts';
import { sourcesSchema } from './sources-config.ts';

/**
 * The files of a configuration folder, each with what it must hold. What a policy says is for the policy engine to
 * judge, which is too heavy for a cold start: here it is text.
 */
export const configFiles = {
  'guards.yaml': guardsSchema,
  'sources.yaml': sourcesSchema,
  'accounts.yaml': accountsSchema,
  'notices.yaml': noticesSchema,
  'entities.json': entitiesSchema,
  'policy.cedar': z.string(),
} as const;

export type ConfigFile = keyof typeof configFiles;
export const configFileNames = Object.keys(configFiles) as ConfigFile[];

/** What a file that is not there means. The others must be there: no file is no permission. */
export const absentMeans: Partial<Record<ConfigFile, unknown>> = { 'notices.yaml': { channels: {} } };

/** All of them, as data: what config.json holds of them. */
export const configContents = z.strictObject(configFiles);
export type ConfigContents = z.infer<typeof configContents>;
