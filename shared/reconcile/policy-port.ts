import type { Lease, RuleChange } from '../lease/lease.ts';
import type { Ticket } from '../lease/message.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';

/** Somebody who was verified: by the source's proof, a token or a log-in. */
export type Asker = {
  /** One id a person, whatever handle a source knows them by. */
  readonly id: string;
  /** Groups that the proof itself names, such as the claims of a log-in; beside those of entities.json. */
  readonly groups: readonly string[];
};

/** What a policy decides on: the canonical form that will be sent, never the words that asked for it. */
export type Question = {
  /** `extend`: may it last until `expiresAtMs`? `approve`, `reject`: may this person decide the lease that the rest describes? */
  readonly action: Lease['action'] | 'extend' | 'approve' | 'reject';
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
  /** Who asked for the lease, where that is not `person`: for `approve` and `reject`. */
  readonly requester?: Asker | undefined;
  /** The `approvers` of the decision on the lease: whoever approves it must be in each of these groups. */
  readonly approvers?: readonly string[] | undefined;
};

/** What somebody wants to look at or do without asking for more: the doors of the console. */
export type Visit = {
  /**
   * `audit`: read and export the whole trail. `administer`: freeze, recover, adopt, abandon. `authorize`, `approve`:
   * whether any policy is about this person doing so at all; the request itself, with all that it says, is a Question.
   */
  readonly action: 'view' | 'end' | 'audit' | 'administer' | 'authorize' | 'approve';
  /** Whoever bears an API token is a person of its name, in the group `api-tokens`. */
  readonly person: Asker;
  readonly source: string;
  readonly nowMs: number;
  /** The group that it is about; absent: everything there is. */
  readonly target?: Target | undefined;
  /** Who asked for the lease that it is about. */
  readonly requester?: Asker | undefined;
};

/** What was decided, by which policies, and of which version of them. */
export type Decision = {
  /** Why not; undefined when it is allowed. */
  readonly refusal?: Refusal | undefined;
  /** Ids of the policies that made the decision. */
  readonly policies: readonly string[];
  /** A digest of the policies and entities that were asked. */
  readonly version: string;
  /** How many people who did not ask must agree before it opens. */
  readonly approvals: number;
  /** Groups: each of those who agree must be in every one of them. Empty: whoever may `approve`. */
  readonly approvers: readonly string[];
};

export type Decide = (question: Question) => Decision;
/** Only `refusal` matters: nothing waits for an approval here. */
export type MayVisit = (visit: Visit) => Decision;

/** Makes the policies ready, once an instance: they are heavy, and nothing on the way to an ending asks them. */
export type LoadPolicy = () => Promise<Decide>;
export type LoadVisits = () => Promise<MayVisit>;
