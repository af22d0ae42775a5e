import { apiTokens } from '../../shared/hands/api-tokens.ts';
import { connectHand } from '../../shared/hands/connect-hand.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { createConsoleApp } from './api.ts';
import type { ConsoleApp } from './console-app.ts';

/** The console's app with its real dependencies: made once an instance. */
export async function connectConsole(platform: Platform): Promise<ConsoleApp> {
  const deps = await connectHand(platform);
  return createConsoleApp({ ...deps, tokens: await apiTokens(platform), isLocal: platform.settings.isLocal });
}
