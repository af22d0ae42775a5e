import type { Lease, RuleChange } from '../lease/lease.ts';
import type { Ticket } from '../lease/message.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';

/** Somebody who was verified: by the source's proof, a token or a log-in. */
type Asker = {
  /** One id a person, whatever handle a source knows them by. */
  readonly id: string;
  /** Groups that the proof itself names, such as the claims of a log-in; beside those of entities.json. */
  readonly groups: readonly string[];
};

/** What a policy decides on: the canonical form that will be sent, never the words that asked for it. */
export type Question = {
  /** `approve`: may this person approve the lease that the rest describes? */
  readonly action: Lease['action'] | 'extend' | 'approve';
  /** The name of the source in sources.yaml through which it came. */
  readonly source: string;
  readonly person: Asker;
  readonly target: Target;
  /** What is opened; empty for a change. */
  readonly rules: readonly Rule[];
  /** What a `modify` or `revoke` does to rules that are there. */
  readonly changes: readonly RuleChange[];
  readonly startsAtMs: number;
  /** `noEndMs` for a change without an end. */
  readonly expiresAtMs: number;
  readonly nowMs: number;
  readonly reason?: string | undefined;
  readonly ticket?: Ticket | undefined;
  readonly isBreakGlass: boolean;
};

/** What was decided, by which policies, and of which version of them. */
type Decision = {
  /** Why not; undefined when it is allowed. */
  readonly refusal?: Refusal | undefined;
  /** Ids of the policies that made the decision. */
  readonly policies: readonly string[];
  /** A digest of the policies and entities that were asked. */
  readonly version: string;
  /** How many people who did not ask must agree before it opens. */
  readonly approvals: number;
};

export type Decide = (question: Question) => Decision;

/** Makes the policies ready, once an instance: they are heavy, and nothing on the way to an ending asks them. */
export type LoadPolicy = () => Promise<Decide>;
