import type { Policy } from '../config/compiled-policy.ts';
import type { PolicyConfig } from '../config/config.ts';
import type { Asker, Decide, Decision, LoadPolicy, LoadVisits, MayVisit } from '../reconcile/policy-port.ts';
import { loadCedar } from './cedar.ts';
import { combine, type Verdict } from './combine-verdicts.ts';
import { type EntityBook, entityBook } from './entity-book.ts';
import { allowed, createJudge, refused } from './judge.ts';
import { questionCalls, visitCall } from './policy-call.ts';
import { headsOf } from './policy-heads.ts';
import { notAllowed, notAnApprover, undecided } from './policy-texts.ts';
import { policiesOf } from './read-policies.ts';

/** The policies of policy.cedar, ready to be asked. */
export type Policies = {
  readonly decide: Decide;
  readonly mayVisit: MayVisit;
  readonly version: string;
  readonly list: readonly Policy[];
};

/** Reads the policies once, when they are first asked for. A failure is not kept: the next one tries again. */
export function cedarPolicies(config: PolicyConfig): {
  readonly load: () => Promise<Policies>;
  readonly policy: LoadPolicy;
  readonly visits: LoadVisits;
} {
  let loaded: Promise<Policies> | undefined;
  const load = (): Promise<Policies> => {
    loaded ??= loadPolicies(config).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return { load, policy: async () => (await load()).decide, visits: async () => (await load()).mayVisit };
}

async function loadPolicies({ text, policies, entities, version }: PolicyConfig): Promise<Policies> {
  const cedar = await loadCedar();
  const list = policies ?? (await policiesOf(text));
  const book = entityBook(entities);
  const heads = headsOf(cedar, version, list);
  const judge = createJudge(cedar, version, list, heads);
  const decide: Decide = (question) => {
    const calls = questionCalls(book, question);
    // Nothing to decide on is nothing that was looked at.
    const verdict = calls.length === 0 ? nothingAsked : combine(calls.map(judge));
    const outsider = question.action === 'approve' ? outsiderOf(book, question.person, question.approvers) : undefined;
    const refusal = verdict.refusal ?? (outsider === undefined ? undefined : notAnApprover(outsider));
    return { ...verdict, refusal, version };
  };
  const mayVisit: MayVisit = (visit): Decision => {
    const call = visitCall(book, visit);
    if (visit.action !== 'authorize' && visit.action !== 'approve') return { ...judge(call), version };
    // There is no request yet to decide on: all that can be said is whether any policy is about it.
    const about = visit.target === undefined ? heads.anywhere(call) : heads.nearest(call);
    return { ...(about.length > 0 ? allowed(about) : refused([], notAllowed([]))), version };
  };
  return { decide, mayVisit, version, list };
}

const nothingAsked: Verdict = {
  ...{ policies: [], approvals: 0, approvers: [] },
  refusal: undecided('a request without rules', 'there is nothing to decide on'),
};

/** The first of the groups in which somebody is not, by entities.json or by their own claims. */
function outsiderOf(book: EntityBook, person: Asker, groups: readonly string[] = []): string | undefined {
  const names = book
    .closure([book.person(person)])
    .flatMap(({ uid, parents }) => [uid, ...parents])
    .flatMap((uid) => ('type' in uid && uid.type === 'Group' ? [uid.id] : []));
  return groups.find((group) => !names.includes(group));
}
