import { anchorStore } from '../../shared/hands/anchor-store.ts';
import { apiTokens } from '../../shared/hands/api-tokens.ts';
import { connectHand } from '../../shared/hands/connect-hand.ts';
import { examiner } from '../../shared/hands/doctor/examine.ts';
import { scanRules } from '../../shared/hands/scan-rules.ts';
import { scan } from '../../shared/reconcile/scan.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { createConsoleApp } from './api.ts';
import type { ConsoleApp } from './console-app.ts';
import { connectLogin } from './login/connect-login.ts';
import { builtPage } from './page-folder.ts';

/** The console's app with its real dependencies: made once an instance. */
export async function connectConsole(platform: Platform): Promise<ConsoleApp> {
  const { settings } = platform;
  const deps = await connectHand(platform);
  const { accounts } = deps.config;
  const scanning = { ...deps, ...scanRules(deps.config), scanEveryMs: 0 };
  const anchors = anchorStore(platform);
  const examine = examiner(platform, { ...deps, anchors, accounts });
  const [tokens, login] = await Promise.all([apiTokens(platform), connectLogin(platform)]);
  const { isLocal } = settings;
  return createConsoleApp({
    ...deps,
    scanNow: (mayGoOn) => scan(scanning, mayGoOn),
    anchors,
    examine,
    tokens,
    login,
    isLocal,
    pageFolder: builtPage(),
  });
}
