import { createRoute } from '@hono/zod-openapi';
import { changeText } from '../../shared/lease/change-text.ts';
import type { Lease, Link } from '../../shared/lease/lease.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { RuleFilter, RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { formatInstant } from '../../shared/rule/instant.ts';
import { refusal } from '../../shared/rule/refusal.ts';
import { ruleText } from '../../shared/rule/rule-text.ts';
import { ruleListSchema } from './answers.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { type Door, doorFor } from './doors.ts';
import { type Described, later } from './later.ts';
import { exactInstant } from './lease-view.ts';
import { Problem } from './problem.ts';
import { answer, flag, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

type RuleView = Described<typeof ruleListSchema>['rules'][number];
type Wanting = { readonly link: Link; readonly lease: Lease };

const query = later(() =>
  z.object({
    group: z.string().optional().openapi({ example: 'sg-demo-web' }),
    live: flag().openapi({ description: 'Only those that a lease is about which is not over, or only the others.' }),
    present: flag().openapi({ description: 'true: only those that were seen there, and not yet seen to be gone.' }),
    stuck: flag().openapi({ description: 'true: only those that could not be undone yet.' }),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
  }),
);
type Query = Described<typeof query>;

const list = createRoute({
  method: 'get',
  path: '/api/rules',
  summary: 'The rules that the ledger knows, each with the leases that are about it',
  description: 'In an order that does not change. A page may be short, or empty, and not the last: follow the cursor.',
  security: secured,
  request: {
    get query() {
      return query();
    },
  },
  responses: { 200: answer('One page of rules.', ruleListSchema), ...otherwise },
});

export function routeRules(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(list, async (c) => {
    const filter = filterOf(c.req.valid('query'));
    const door = await doorFor(deps, c.get('person'));
    return c.json(await deps.ledger.transaction('rules', (tx) => page(tx, filter, door)), 200);
  });
}

const cursorForm = /^[0-9a-f]{64}$/;
const flagOf = (text: Query['live']): boolean | undefined => (text === undefined ? undefined : text === 'true');

function filterOf({ group, live, present, stuck, limit, cursor }: Query): RuleFilter {
  if (cursor !== undefined && !cursorForm.test(cursor)) {
    throw new Problem(400, refusal('INVALID_CURSOR', 'this cursor is not one that a page of rules gave', '/cursor'));
  }
  const flags = { isLive: flagOf(live), isPresent: flagOf(present), isStuck: flagOf(stuck) };
  return { securityGroupId: group, ...flags, afterKey: cursor, limit };
}

/** A rule is shown to whoever may see its group, or a lease that wants it; of its leases, those that they may see. */
async function page(tx: LedgerTx, filter: RuleFilter, door: Door): Promise<Described<typeof ruleListSchema>> {
  const { rows, nextKey } = await tx.listRules(filter);
  const links = await tx.linksOfRules(
    rows.map(({ key }) => key),
    'live',
  );
  const leases = await tx.peekLeases([...new Set(links.map(({ leaseId }) => leaseId))]);
  const seen = new Map(leases.filter((lease) => !door('view', lease)).map((lease) => [lease.id, lease]));
  const wanting = (key: string): Wanting[] =>
    links.flatMap((link) => {
      const lease = link.ruleKey === key ? seen.get(link.leaseId) : undefined;
      return lease ? [{ link, lease }] : [];
    });
  const shown = rows.flatMap((row) => {
    const own = wanting(row.key);
    return own.length > 0 || !door('view', { target: row.target }) ? [viewRow(row, own)] : [];
  });
  return { rules: shown, cursor: nextKey };
}

function viewRow(row: RuleRow, wanting: readonly Wanting[]): RuleView {
  const { key, target, rule, change, isPresent, isStuck, abandoned, error, lookedAtMs } = row;
  const { ruleId = change?.ruleId, stamp }: Partial<RuleRow> = isPresent ? row : {};
  return {
    ...{ key, target, action: change?.action ?? 'authorize', rule },
    text: change ? changeText({ ruleId, rule, set: change.set }, change.before ?? rule) : ruleText(rule),
    ...{ ruleId, isPresent, stuck: isStuck, error },
    change: change && { set: change.set, before: change.before, after: change.after, isDone: change.isDone },
    stamp: stamp && {
      operationId: stamp.operationId,
      intendedAt: exactInstant(stamp.intendedAtMs),
      until: formatInstant(stamp.endsAtMs),
    },
    abandoned: abandoned && { ruleId: abandoned.ruleId, by: abandoned.by, at: exactInstant(abandoned.atMs) },
    lookedAt: lookedAtMs === undefined ? undefined : exactInstant(lookedAtMs),
    leases: wanting.map(({ link, lease }) => ({
      ...{ id: lease.id, state: lease.state, requester: { id: lease.requester.id, name: lease.requester.name } },
      ...{ borrowed: link.isBorrowed, withdrawn: link.isWithdrawn },
    })),
  };
}
