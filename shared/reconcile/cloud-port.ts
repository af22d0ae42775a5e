import type { ListedRule, Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';

export type ChangeKind = 'authorize' | 'revoke' | 'modify';

/** What a cloud can do; the loop reads this instead of asking which cloud it is. */
export type Abilities = {
  readonly hasClientTokens: boolean;
  readonly hasRuleIds: boolean;
  readonly hasDescriptions: boolean;
  readonly canModify: boolean;
  /** Rules in one call, and bytes of them. */
  readonly batchMax: number;
  readonly batchBytesMax: number;
  /** For so long after a change a listing may still show the state before it. */
  readonly readLagMs: number;
};

/** One intended change of rules of one direction. Descriptions are stamped already. */
export type Change =
  | { readonly kind: 'authorize'; readonly direction: Rule['direction']; readonly rules: readonly Rule[] }
  | {
      readonly kind: 'revoke';
      readonly direction: Rule['direction'];
      readonly ruleIds: readonly string[];
      readonly rules: readonly Rule[];
    }
  | {
      readonly kind: 'modify';
      readonly direction: Rule['direction'];
      readonly ruleId: string;
      readonly rule: Rule;
    };

/**
 * Why the cloud said no. `caller`: the request is wrong; `rule-gone`: the named rule is not there; `group-gone`;
 * `peer-gone`: the peer group or list is not there; `exists`: the rule is there already; `busy`: come again with
 * the same token; `throttled`: come again after a pause; `mismatch`: the token was used for something else;
 * `credentials`: who we are could not be proved (expired, a clock that is off): come again with new ones.
 */
export type RefusalClass =
  | 'caller'
  | 'rule-gone'
  | 'group-gone'
  | 'peer-gone'
  | 'exists'
  | 'conflict'
  | 'quota'
  | 'permission'
  | 'busy'
  | 'throttled'
  | 'credentials'
  | 'mismatch';

/** The cloud's answer. Only `refused` proves that nothing happened, and not even `done` proves that something did. */
export type Answer = Outcome & {
  /** Earlier tries of the same call that got no answer: each may still land. */
  readonly unanswered?: number;
};
type Outcome =
  | { readonly kind: 'done'; readonly requestId?: string }
  | {
      readonly kind: 'refused';
      readonly class: RefusalClass;
      readonly code: string;
      readonly message: string;
      readonly requestId?: string;
      readonly retryAfterMs?: number;
    }
  | {
      readonly kind: 'unknown';
      readonly code: string;
      readonly message: string;
      readonly requestId?: string;
    };

export type NotListed = Exclude<Outcome, { kind: 'done' }>;
export type Listing = {
  readonly kind: 'listed';
  readonly rules: readonly ListedRule[];
  readonly requestIds: readonly string[];
};

export type InstanceCount = { readonly kind: 'counted'; readonly instances: number };

/** One cloud's rule operations. Calls are one-shot: whoever calls repeats them. */
export interface RuleApi {
  readonly abilities: Abilities;
  /** All rules of a group, every page; never a part of them. `isRemoval`: rules must go, and this look is in the way. */
  describe(target: Target, isRemoval?: boolean): Promise<Listing | NotListed>;
  /** How many instances are in a group; absent on clouds that do not tell. */
  countInstances?(target: Target): Promise<InstanceCount | NotListed>;
  /** The frozen request for a change: what `send` will put on the wire, whenever it is sent. Pure. */
  prepare(target: Target, change: Change): string;
  /** Bytes that a rule adds to a request; for filling batches. Pure. */
  bytesOf(rule: Rule): number;
  /** What the API calls the operation that makes a change; undefined where it has none. Pure. */
  actionOf(kind: ChangeKind, direction: Rule['direction']): string | undefined;
  /** Sends a prepared request. Twice with the same token is once, on clouds that have tokens. Never throws. */
  send(
    target: Target,
    kind: ChangeKind,
    direction: Rule['direction'],
    request: string,
    clientToken: string,
  ): Promise<Answer>;
}
