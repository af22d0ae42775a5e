import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { pointer, refusal } from '../../shared/rule/refusal.ts';
import { AppError } from '../../shared/runtime/app-error.ts';
import { routeAbandon } from './abandon.ts';
import { routeAdopt } from './adopt.ts';
import { routeAudit } from './audit.ts';
import { routeAuditExport } from './audit-export.ts';
import { requireActor, whoseToken } from './authenticate.ts';
import { routeChanges } from './changes.ts';
import type { ConsoleApp, ConsoleDeps, ConsoleEnv } from './console-app.ts';
import { routeDoctor } from './doctor.ts';
import { routeDocuments } from './documents.ts';
import { requireDoor } from './doors.ts';
import { routeDrift } from './drift.ts';
import { routeFreeze } from './freeze.ts';
import { routeGroups } from './group-list.ts';
import { routeGroupRules } from './group-rules.ts';
import { routeLeases } from './leases.ts';
import { routeLogin } from './login/route-login.ts';
import { routeMe } from './me.ts';
import { routeMetrics } from './metrics.ts';
import { notFound } from './not-found.ts';
import { pagePath, pagePolicy, routePage } from './page.ts';
import { routePlan } from './plan.ts';
import { routePolicy } from './policy.ts';
import { Problem, problemAnswer } from './problem.ts';
import { routeRecover } from './recover.ts';
import { routeReview } from './review.ts';
import { routeRules } from './rules.ts';
import { routeStamped } from './stamped.ts';
import { routeStatus } from './status.ts';

const bodyBytesMax = 512 * 1024;

/**
 * The console: REST API, its description, and a page. It looks, takes and wakes; no rule is ever changed here. Knows
 * nothing of how requests reach it: `app.fetch(request)` answers each.
 */
export function createConsoleApp(deps: ConsoleDeps): ConsoleApp {
  const app = new OpenAPIHono<ConsoleEnv>({
    defaultHook: (result) => {
      const [issue] = result.success ? [] : result.error.issues;
      if (issue) throw new Problem(400, refusal('INVALID_VALUE', wrong(issue), pointer(issue.path)));
    },
  });
  const whose = whoseToken(deps.tokens);
  guardEverything(app, deps.isLocal);
  app.use('/api/*', requireActor(whose, deps.login));
  app.use('/api/*', bodyLimit({ maxSize: bodyBytesMax, onError: tooLarge }));
  // Whoever looks every few seconds is told in a line that nothing has changed.
  app.use('/api/*', etag());
  guardDoors(app, deps);
  routeChanges(app, deps);
  routeLeases(app, deps);
  routeRules(app, deps);
  routePlan(app, deps);
  routePolicy(app, deps);
  routeFreeze(app, deps);
  routeStatus(app, deps);
  routeStamped(app, deps);
  routeGroups(app, deps);
  routeGroupRules(app, deps);
  routeAudit(app, deps);
  routeAuditExport(app, deps);
  routeAbandon(app, deps);
  routeReview(app, deps);
  routeAdopt(app, deps);
  routeDoctor(app, deps);
  routeRecover(app, deps);
  routeDrift(app, deps);
  // A laptop's Prometheus needs no token; what is deployed says nothing to passers-by.
  if (!deps.isLocal) app.use('/metrics', requireActor(whose, deps.login));
  routeMetrics(app, deps);
  routeMe(app, deps);
  routeLogin(app, deps);
  routeDocuments(app);
  routePage(app, deps);
  app.notFound((c) => notFound(app, c));
  app.onError((error) => problemAnswer(problemOf(error, deps)));
  return app;
}

/** What is about no single lease, and not for everybody; what is about one is asked where it is found. */
const doors = [
  ['administer', ['PUT', 'DELETE'], '/api/freeze'],
  ['administer', ['POST', 'DELETE'], '/api/recover'],
  ['administer', ['POST'], '/api/drift'],
  ['administer', ['GET'], '/api/stamped'],
  ['administer', ['GET'], '/api/doctor'],
  ['administer', ['POST'], '/api/doctor/rights'],
  ['audit', ['GET'], '/api/audit'],
  ['audit', ['GET'], '/api/audit/verify'],
  ['audit', ['GET'], '/api/audit/export'],
] as const;

function guardDoors(app: ConsoleApp, deps: ConsoleDeps): void {
  for (const [action, methods, path] of doors) app.on([...methods], path, requireDoor(deps, action));
}

const wrong = (issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string =>
  `${issue.path.map(String).join('.')}: ${issue.message}`;

function tooLarge(): never {
  throw new Problem(413, refusal('BODY_TOO_LARGE', `a body may have ${bodyBytesMax} bytes, not more`));
}

/** Nothing but the page may run scripts; nothing may be framed, or be kept by whoever passes it on. */
function guardEverything(app: ConsoleApp, isLocal: boolean): void {
  const guardWith = (policy: object) =>
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: none, baseUri: none, formAction: none, frameAncestors: none, ...policy },
      xFrameOptions: 'DENY',
      // A laptop's console is plain http, and other things may run on that host.
      ...(isLocal && { strictTransportSecurity: false }),
    });
  const [guard, guardPage] = [guardWith({}), guardWith(pagePolicy)];
  app.use(
    (c, next) => (c.req.path === pagePath ? guardPage : guard)(c, next),
    async (c, next) => {
      await next();
      if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
    },
  );
}

const none = ["'none'"];

/** What the caller learns of an error: everything of a refusal, of a failure only whether to come again. */
function problemOf(error: Error, { log }: ConsoleDeps): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return new Problem(error.status, refusal('BAD_REQUEST', error.message));
  if (error instanceof AppError && error.retryable) {
    log.event('error', 'a request could not be answered now', { code: error.code, error });
    const sentence = `${error.code}: nothing is known to be lost; try again in a moment, with the same id`;
    return new Problem(503, refusal(error.code, sentence), { headers: { 'retry-after': '5' } });
  }
  log.event('error', 'a request failed', { error });
  return new Problem(500, refusal('INTERNAL', 'this is a fault of Curfew; the log tells more'));
}
