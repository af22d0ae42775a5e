import * as z from 'zod/mini';
import { accountsSchema } from './accounts-config.ts';
import { guardsSchema } from './guards-config.ts';
import { noticesSchema } from './notices-config.ts';
import { sourcesSchema } from './sources-config.ts';

/** The files of a configuration folder that are YAML, each with what it must hold. */
export const configFiles = {
  'guards.yaml': guardsSchema,
  'sources.yaml': sourcesSchema,
  'accounts.yaml': accountsSchema,
  'notices.yaml': noticesSchema,
} as const;

export type ConfigFile = keyof typeof configFiles;
export const configFileNames = Object.keys(configFiles) as ConfigFile[];

/** What a file that is not there means. The others must be there: no file is no permission. */
export const absentMeans: Partial<Record<ConfigFile, unknown>> = { 'notices.yaml': { channels: {} } };

/** All of them, as data: what config.json holds of them. */
export const configContents = z.strictObject(configFiles);
export type ConfigContents = z.infer<typeof configContents>;
