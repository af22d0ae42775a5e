import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type SourceBook, sourcesSchema } from '../../shared/config/sources-config.ts';
import type { InstanceReader } from '../../shared/intake/instance-reader.ts';
import type { HookRequest } from '../../shared/intake/system.ts';
import { type HookSources, readWebhook } from '../../shared/intake/webhooks.ts';
import { createSecretReader } from '../../shared/runtime/secrets.ts';

/** Secrets of the example sources, by the names that they have there. */
export const hookSecrets = {
  CURFEW_JIRA_SECRETS: 'jira-secret-of-the-tests',
  CURFEW_JIRA_AUTOMATION_SECRETS: 'automation-secret-of-the-tests',
  CURFEW_JIRA_SERVER_SECRETS: 'server-secret-of-the-tests',
  CURFEW_DINGTALK_TOKENS: 'dingtalk-token-of-the-tests',
  CURFEW_DINGTALK_AES_KEYS: '4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij',
  CURFEW_DINGTALK_APP_KEY: 'dingexampleappkey',
  CURFEW_DINGTALK_APP_SECRET: 'dingtalk-app-secret-of-the-tests',
  CURFEW_FEISHU_ENCRYPT_KEYS: 'feishu-encrypt-key-of-the-tests',
  CURFEW_FEISHU_TOKENS: 'feishu-token-of-the-tests',
  CURFEW_FEISHU_APP_ID: 'cli_example',
  CURFEW_FEISHU_APP_SECRET: 'feishu-app-secret-of-the-tests',
  CURFEW_SERVICENOW_SECRETS: Buffer.from('servicenow-secret-of-the-tests').toString('base64'),
  CURFEW_GITHUB_SECRETS: 'github-secret-of-the-tests',
  CURFEW_GITHUB_TOKEN: 'github-token-of-the-tests',
  CURFEW_GITLAB_SECRETS: 'gitlab-token-of-the-tests',
  CURFEW_QUEUE_SECRETS: `whsec_${Buffer.alloc(32, 9).toString('base64')}`,
} as const;

const examplesFile = new URL('../../config/examples/sources.yaml', import.meta.url);

/** The sources that are shipped as examples. */
export const exampleSources: SourceBook = sourcesSchema.parse(
  parse(readFileSync(examplesFile, 'utf8'), { merge: true }),
).sources;

const nobody: InstanceReader = { read: async () => 'away' };

type Over = { env?: Record<string, string>; book?: SourceBook; instances?: InstanceReader };

/** The example sources with secrets of the tests, as a deployed function would have them. */
export function hookSources({ env, book, instances = nobody }: Over = {}): HookSources {
  const secrets = createSecretReader({
    isLocal: false,
    env: { ...hookSecrets, ...env },
    store: { fetch: async () => '' },
    monotonicMs: () => 0,
  });
  return { book: book ?? exampleSources, secrets, isLocal: false, instances };
}

export function hookTrial(over: Over = {}) {
  const sources = hookSources(over);
  return (name: string, request: HookRequest, nowMs = trialNowMs) => readWebhook(sources, name, request, nowMs);
}

export const trialNowMs = 1_800_000_000_000;

/** Every request that differs in one bit of its body. */
export function* flips(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield copy;
  }
}
