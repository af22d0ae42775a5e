import type { AcceptDeps } from '../reconcile/accepting.ts';
import type { Decision } from '../reconcile/policy-port.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { Policies } from './cedar-policy.ts';
import type { DecisionTable, DecisionTest } from './decision-table.ts';
import { questionOf } from './question-of-test.ts';

/** What was decided, as answers show it. */
type DecisionView = {
  readonly allowed: boolean;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  readonly reasonZh?: string | undefined;
  readonly policies: string[];
  readonly version: string;
  readonly approvals: number;
  readonly approvers: string[];
};

export type Tried = {
  readonly name: string;
  readonly decision: DecisionView;
  /** What was expected otherwise, one sentence each; undefined where nothing was expected. */
  readonly mismatches?: string[] | undefined;
};

export const viewDecision = ({ refusal, policies, version, approvals, approvers }: Decision): DecisionView => ({
  allowed: refusal === undefined,
  ...{ code: refusal?.code, reason: refusal?.message, reasonZh: refusal?.messageZh },
  ...{ policies: [...policies], version, approvals, approvers: [...approvers] },
});

type TryDeps = Pick<Policies, 'decide' | 'mayVisit' | 'version'> & Pick<AcceptDeps, 'guard'>;

/** Decides every question of a table as acceptance would: the form first, then the guards, then the policies. */
export const tryDecisions = (deps: TryDeps, table: DecisionTable, nowMs: number): readonly Tried[] =>
  table.tests.map((test, index) => {
    const decision = viewDecision(decideTest(deps, test, table, nowMs));
    const mismatches = test.expect && mismatchesOf(test.expect, decision);
    return { name: test.name ?? `test ${index + 1}`, decision, mismatches };
  });

function decideTest(deps: TryDeps, test: DecisionTest, table: DecisionTable, nowMs: number): Decision {
  const refused = (refusal: Refusal): Decision => ({
    ...{ refusal, policies: [], version: deps.version, approvals: 0, approvers: [] },
  });
  const asked = questionOf(test, table, nowMs);
  if ('code' in asked) return refused(asked);
  if ('visit' in asked) return deps.mayVisit(asked.visit);
  const { question } = asked;
  const isDeciding = question.action === 'approve' || question.action === 'reject';
  const endPath = test.expiresAt === undefined ? '/duration' : '/expiresAt';
  const limit = isDeciding ? undefined : deps.guard({ ...question, endPath });
  return limit ? refused(limit) : deps.decide(question);
}

function mismatchesOf(expected: NonNullable<DecisionTest['expect']>, decision: DecisionView): string[] {
  const found = { ...decision, decision: decision.allowed ? 'allow' : 'deny' };
  const fields = Object.keys(expected) as (keyof typeof expected)[];
  return fields.flatMap((field) => {
    const [wanted, got] = [shown(expected[field]), shown(found[field])];
    return wanted === got ? [] : [`${field}: ${wanted} was expected, ${got} was decided`];
  });
}

/** Lists are compared as sets: which of two policies was asked first means nothing. */
const shown = (value: unknown): string =>
  Array.isArray(value) ? `[${[...value].sort().join(', ')}]` : value === undefined ? 'none' : String(value);
