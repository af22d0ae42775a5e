import { createRoute } from '@hono/zod-openapi';
import type { AuditAnchor } from '../../shared/reconcile/audit-trail.ts';
import { AppError } from '../../shared/runtime/app-error.ts';
import { auditPageSchema, evidenceSchema, verdictSchema } from './audit-answers.ts';
import { auditFilter, noteRead, noteSearch, searchAudit, viewAuditRow } from './audit-search.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { doorFor, findLease, leaseNotFound } from './doors.ts';
import { gatherEvidence } from './evidence.ts';
import { later } from './later.ts';
import { exactInstant } from './lease-view.ts';
import { answer, byId, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const anchorForm = /^\d{1,15}:[0-9a-f]{64}$/;
const pageQuery = later(() =>
  z.object({ ...auditFilter(), limit: z.coerce.number().int().min(1).max(1_000).default(500) }),
);
const anchorQuery = later(() =>
  z.object({
    anchor: z
      .string()
      .refine((text) => text.split(',').every((one) => anchorForm.test(one)), { error: 'is not n:hash' })
      .optional()
      .openapi({ description: 'Heads that were written down elsewhere, `n:hash`, with commas between.' }),
  }),
);

const verify = createRoute({
  method: 'get',
  path: '/api/audit/verify',
  summary: 'Is the audit trail as it was written?',
  security: secured,
  request: {
    get query() {
      return anchorQuery();
    },
  },
  responses: { 200: answer('What a check of the whole chain found.', verdictSchema), ...otherwise },
});
const page = createRoute({
  method: 'get',
  path: '/api/audit',
  summary: 'The audit trail, oldest first, a page at a time',
  security: secured,
  request: {
    get query() {
      return pageQuery();
    },
  },
  responses: { 200: answer('One page; it may be empty and not the last.', auditPageSchema), ...otherwise },
});
const evidence = createRoute({
  method: 'get',
  path: '/api/audit/leases/{id}',
  summary: 'Everything that proves what a lease did',
  security: secured,
  request: {
    get params() {
      return byId();
    },
  },
  responses: { 200: answer('Request, decision, calls and looks.', evidenceSchema), ...otherwise },
});

export function routeAudit(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(verify, async (c) => {
    const { anchor } = c.req.valid('query');
    const given = anchor === undefined ? [] : readAnchors(anchor);
    // Read before the trail is: what is kept meanwhile would be younger than what we look at.
    const { kept, told } = await readKept(deps);
    return c.json({ ...(await deps.audit.verifyAudit([...given, ...kept])), ...told }, 200);
  });
  app.openapi(page, async (c) => {
    const { limit, ...filter } = c.req.valid('query');
    await noteSearch(deps, c.get('actor'), filter);
    const { rows, nextN } = await searchAudit(deps.audit, filter, limit);
    return c.json({ rows: rows.map(viewAuditRow), cursor: nextN === undefined ? undefined : String(nextN) }, 200);
  });
  app.openapi(evidence, async (c) => {
    const { id } = c.req.valid('param');
    const door = await doorFor(deps, c.get('person'));
    await deps.ledger.transaction('evidence of', (tx) => findLease(tx, id, door));
    const found = await gatherEvidence(deps, id);
    if (!found) throw leaseNotFound();
    await noteRead(deps, c.get('actor'), { what: 'evidence', lease: id });
    return c.json({ ...found, rows: found.rows.map(viewAuditRow) }, 200);
  });
}

const readAnchors = (text: string): AuditAnchor[] =>
  text.split(',').map((one) => {
    const [n = '', hash = ''] = one.split(':');
    return { n: Number(n), hash };
  });

/** A store that cannot be read is told of: a verdict without it must not pass for one with it. */
async function readKept({ anchors, log }: ConsoleDeps) {
  try {
    const kept = (await anchors?.kept()) ?? [];
    const newestMs = kept.at(-1)?.atMs;
    const newest = newestMs === undefined ? {} : { newestAt: exactInstant(newestMs) };
    return { kept, told: anchors ? { anchors: { kept: kept.length, ...newest } } : {} };
  } catch (error) {
    log.event('error', 'the kept anchors could not be read', { error });
    return {
      kept: [],
      told: { anchors: { kept: 0, error: error instanceof AppError ? error.code : 'ANCHORS_NOT_READ' } },
    };
  }
}
