import * as z from 'zod/mini';
import type { Rule } from '../rule/rule.ts';
import { regionKey, type Target, targetKey } from '../rule/target.ts';
import type { Answer, Change, RuleApi } from './cloud-port.ts';
import type { Hand } from './hand.ts';
import type { Ledger, LedgerTx } from './ledger-port.ts';
import type { Ids, Log } from './runtime-ports.ts';

/** When somebody last asked what the roles may do (milliseconds). */
const askedSetting = 'rights:asked';
const foundSetting = (hand: Hand) => `rights:${hand}`;

const rightSchema = z.strictObject({
  place: z.string(),
  verb: z.enum(['authorize', 'revoke', 'modify']),
  verdict: z.enum(['allowed', 'forbidden', 'unknown']),
  code: z.string(),
});
/** Whether a hand's role may do one verb in one cloud, account and region; the code is what the cloud answered. */
export type Right = z.infer<typeof rightSchema>;
const foundSchema = z.strictObject({ atMs: z.number(), rights: z.array(rightSchema) });

type Deps = {
  readonly ledger: Ledger;
  readonly apiFor: (target: Target) => RuleApi;
  readonly ids: Ids;
  readonly log: Log;
};

const placesMax = 20;
/** Named by nothing and nobody: whatever is asked of them can only be refused. */
const nobody = { group: 'sg-curfewdoctor0000000', rule: 'sgr-curfewdoctor000000' } as const;

export const askForRights = (tx: LedgerTx): Promise<void> => tx.setSetting(askedSetting, tx.nowMs);

/** What a hand found since somebody asked; undefined while it has not answered, or nobody asked. */
export async function readRights(tx: LedgerTx, hand: Hand): Promise<readonly Right[] | undefined> {
  const found = foundSchema.safeParse(await tx.getSetting(foundSetting(hand))).data;
  return found && found.atMs >= (await askedAt(tx)) ? found.rights : undefined;
}

const askedAt = async (tx: LedgerTx): Promise<number> => Number((await tx.getSetting(askedSetting)) ?? Number.NaN);

/**
 * Where somebody has asked, tries each verb on a group of each place with a request that can only fail: a rule that
 * opens for a group that does not exist, a removal and a change of a rule that does not. A role that may is told so
 * by the cloud ("no such …"); one that may not is refused before that. Nothing is changed by any of it.
 */
export async function proveRights(deps: Deps, hand: Hand): Promise<void> {
  const targets = await deps.ledger.transaction('rights', async (tx) => {
    const isAsked = Number.isFinite(await askedAt(tx)) && (await readRights(tx, hand)) === undefined;
    return isAsked ? tx.knownTargets() : undefined;
  });
  if (!targets) return;
  const places = new Map(targets.map((target) => [regionKey(target), target]));
  const rights: Right[] = [];
  for (const [place, target] of [...places].slice(0, placesMax)) {
    const api = deps.apiFor(target);
    if (!api.abilities.hasRuleIds) continue;
    for (const change of changes) rights.push({ place, ...(await tryOne(deps, api, target, change)) });
  }
  await deps.ledger.transaction('rights', (tx) => tx.setSetting(foundSetting(hand), { atMs: tx.nowMs, rights }));
}

/** Were it made after all, it would let nothing through. */
const rule: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '1/1',
  policy: 'drop',
  priority: 100,
  nicType: 'intranet',
  sourceGroupId: nobody.group,
  description: 'asked by a doctor; never made',
};
const changes: readonly Change[] = [
  { kind: 'authorize', direction: 'ingress', rules: [rule] },
  { kind: 'revoke', direction: 'ingress', ruleIds: [nobody.rule], rules: [rule] },
  { kind: 'modify', direction: 'ingress', ruleId: nobody.rule, rule },
];

async function tryOne({ ids, log }: Deps, api: RuleApi, target: Target, change: Change): Promise<Omit<Right, 'place'>> {
  const { kind: verb, direction } = change;
  const answer = await api.send(target, verb, direction, api.prepare(target, change), `cf-${ids.nonce()}`);
  // A cloud that took it would have made something: the next scan would tell, but so should we.
  if (answer.kind === 'done' && verb === 'authorize')
    log.event('error', 'a request that could only fail was answered with success', {
      alarm: true,
      verb,
      target: targetKey(target),
    });
  return { verb, ...verdictOf(answer) };
}

const namesNobody: readonly string[] = ['peer-gone', 'rule-gone', 'group-gone', 'caller'];

/** Removing what is not there is answered with success by some: that, too, was allowed. */
function verdictOf(answer: Answer): Pick<Right, 'verdict' | 'code'> {
  if (answer.kind === 'done') return { verdict: 'allowed', code: 'OK' };
  if (answer.kind === 'unknown') return { verdict: 'unknown', code: answer.code };
  if (answer.class === 'permission') return { verdict: 'forbidden', code: answer.code };
  return { verdict: namesNobody.includes(answer.class) ? 'allowed' : 'unknown', code: answer.code };
}
