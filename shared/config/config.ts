import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { AppError } from '../runtime/app-error.ts';
import type { Accounts } from './accounts-config.ts';
import { compiledPolicy, type Policy } from './compiled-policy.ts';
import {
  absentMeans,
  type ConfigContents,
  type ConfigFile,
  configContents,
  configFileNames,
  configFiles,
} from './config-files.ts';
import type { Entities } from './entities-config.ts';
import type { Guards } from './guards-config.ts';
import type { Notices } from './notices-config.ts';
import type { ConfigProblem } from './read-yaml.ts';
import type { SourceBook } from './sources-config.ts';

/** What the configuration folder says. */
export type Config = {
  readonly guards: Guards;
  readonly sources: SourceBook;
  readonly accounts: Accounts;
  readonly notices: Notices;
  readonly policy: PolicyConfig;
};

/** What policies are made of; they are read when the first decision is made. */
export type PolicyConfig = {
  readonly text: string;
  /** What the text holds, where a compiled file says it already. */
  readonly policies?: readonly Policy[] | undefined;
  readonly entities: Entities;
  /** SHA-256 (hex) of both: decisions name it. */
  readonly version: string;
};

/** What `compileConfig` writes; the name of its file in the folder. */
export const compiledName = 'config.json';
const compiledSchema = z.strictObject({
  format: z.literal(1),
  digests: z.record(z.string(), z.string()),
  contents: configContents,
  policies: z.optional(z.array(compiledPolicy)),
});
type Compiled = Pick<z.infer<typeof compiledSchema>, 'contents' | 'policies'>;

/**
 * Loads the folder, or throws INVALID_CONFIG with every problem, its file and line. Where a compiled file fits the
 * folder's files, the YAML parser is not even loaded: it would cost every cold start.
 */
export async function loadConfig(folder: string): Promise<Config> {
  const texts = readTexts(folder);
  return configOf(readCompiled(folder, texts) ?? { contents: await readContents(folder, texts) });
}

/**
 * The text of config.json for a folder: all of it, validated, with digests of what it was made from. `readPolicies`
 * reads policy.cedar, which takes the policy engine.
 */
export async function compileConfig(
  folder: string,
  readPolicies?: (text: string) => Promise<readonly Policy[]>,
): Promise<string> {
  const texts = readTexts(folder);
  const contents = await readContents(folder, texts);
  const digests = Object.fromEntries([...texts].map(([file, text]) => [file, digestOf(text)]));
  const policies = await readPolicies?.(contents['policy.cedar']);
  return `${JSON.stringify({ format: 1, digests, contents, policies })}\n`;
}

/** Everything that is wrong with a folder's files, but for what its policies say; empty when nothing is. */
export async function checkConfig(folder: string): Promise<readonly ConfigProblem[]> {
  return (await examine(readTexts(folder))).problems;
}

type Texts = ReadonlyMap<ConfigFile, string>;

function readTexts(folder: string): Texts {
  const texts = configFileNames.map((file) => [file, textOf(join(folder, file))] as const);
  return new Map(texts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])));
}

/** At once: small files, read once an instance; `fs/promises` is near a millisecond of every cold start. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new AppError('INVALID_CONFIG', `${path} cannot be read`, { cause });
  }
}

/** A compiled file that was made from other texts than those beside it counts for nothing. */
function readCompiled(folder: string, texts: Texts): Compiled | undefined {
  const text = textOf(join(folder, compiledName));
  if (text === undefined) return undefined;
  const parsed = compiledSchema.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const isFresh = [...texts].every(([file, one]) => parsed.data.digests[file] === digestOf(one));
  return isFresh ? parsed.data : undefined;
}

async function readContents(folder: string, texts: Texts): Promise<ConfigContents> {
  const { contents, problems } = await examine(texts);
  if (problems.length === 0) return contents as ConfigContents;
  const sentences = problems.map((one) => `${one.file}:${one.line}:${one.column} ${one.message}`);
  throw new AppError('INVALID_CONFIG', `the configuration in ${folder} is not valid: ${sentences.join('; ')}`, {
    details: { problems },
  });
}

async function examine(texts: Texts): Promise<{ contents: Record<string, unknown>; problems: ConfigProblem[] }> {
  const { readYaml } = await import('./read-yaml.ts');
  const contents: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const file of configFileNames) {
    const text = texts.get(file);
    if (text === undefined && Object.hasOwn(absentMeans, file)) {
      contents[file] = absentMeans[file];
      continue;
    }
    // No file is no permission: a folder without guards would have none.
    if (text === undefined) {
      problems.push({ file, line: 1, column: 1, path: '', message: 'the file is missing' });
      continue;
    }
    const read = file === 'policy.cedar' ? { content: text } : readYaml(file, text, configFiles[file]);
    if ('problems' in read) problems.push(...read.problems);
    else contents[file] = read.content;
  }
  return { contents, problems };
}

const configOf = ({ contents, policies }: Compiled): Config => ({
  guards: contents['guards.yaml'],
  sources: contents['sources.yaml'].sources,
  accounts: contents['accounts.yaml'].accounts,
  notices: contents['notices.yaml'],
  policy: { ...policyOf(contents['policy.cedar'], contents['entities.json']), policies },
});

export const policyOf = (text: string, entities: Entities): PolicyConfig => ({
  ...{ text, entities },
  version: digestOf(JSON.stringify([text, entities])),
});

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
