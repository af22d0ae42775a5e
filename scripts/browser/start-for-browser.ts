import { type StackOptions, startStack } from '../../local/stack/start-stack.ts';

export type StackForBrowser = { readonly url: string; readonly token: string; stop(): Promise<void> };

/** A stack of its own in this process, under a configuration of its own. */
export async function startForBrowser({
  port,
  dataDir,
  config,
}: Pick<StackOptions, 'port' | 'dataDir'> & { readonly config: string }): Promise<StackForBrowser> {
  process.env.CURFEW_CONFIG = config;
  const { file, stop } = await startStack({ port, dataDir, isFresh: true, progress: () => undefined });
  return { url: file.url, token: file.token, stop };
}
