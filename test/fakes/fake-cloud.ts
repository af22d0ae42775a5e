import { actionOf } from '../../shared/cloud/ecs/frozen-request.ts';
import type {
  Abilities,
  Answer,
  Change,
  ChangeKind,
  InstanceCount,
  Listing,
  NotListed,
  RuleApi,
} from '../../shared/reconcile/cloud-port.ts';
import { ruleKey } from '../../shared/rule/identity.ts';
import type { ListedRule, Rule } from '../../shared/rule/rule.ts';
import { type Target, targetKey } from '../../shared/rule/target.ts';

type Stored = ListedRule & { readonly ruleId: string; readonly rule: Rule };
export type Fault = 'lost-before' | 'lost-after' | Answer;

/** A cloud with tokens and ids in memory: silent duplicates, revoke by id, faults on demand. */
export class FakeCloud implements RuleApi {
  readonly abilities: Abilities = {
    hasClientTokens: true,
    hasRuleIds: true,
    hasDescriptions: true,
    canModify: true,
    batchMax: 100,
    batchBytesMax: 1_000_000,
    readLagMs: 5_000,
  };
  readonly calls: { kind: ChangeKind; change: Change; token: string; answer: Answer }[] = [];
  readonly faults: { kind: ChangeKind | 'describe' | 'count'; fault: Fault }[] = [];
  readonly #groups = new Map<string, Stored[]>();
  readonly #keys = new WeakMap<Stored, string>();
  readonly #tokens = new Map<string, Answer>();
  readonly #now: () => number;
  #nextId = 1;
  describes = 0;
  counts = 0;
  /** How many are in every group. */
  instances = 3;
  /** Rules whose tuple this returns true for are refused as the caller's fault. */
  refuses: (rule: Rule) => boolean = () => false;

  constructor(now: () => number) {
    this.#now = now;
  }

  rules(target: Target): Stored[] {
    return this.#groups.get(targetKey(target)) ?? [];
  }

  /** What a person does by hand. */
  addByHand(target: Target, rule: Rule, description = 'by hand'): Stored {
    const stored = { ruleId: `sgr-${this.#nextId++}`, rule, description, createdAtMs: this.#now() };
    this.#groups.set(targetKey(target), [...this.rules(target), stored]);
    return stored;
  }
  removeByHand(target: Target, ruleId: string): void {
    this.#groups.set(
      targetKey(target),
      this.rules(target).filter((one) => one.ruleId !== ruleId),
    );
  }
  editByHand(target: Target, ruleId: string, edit: Partial<Stored>): void {
    this.#groups.set(
      targetKey(target),
      this.rules(target).map((one) => (one.ruleId === ruleId ? { ...one, ...edit } : one)),
    );
  }

  async describe(target: Target): Promise<Listing | NotListed> {
    this.describes += 1;
    return this.#unread('describe') ?? { kind: 'listed', rules: this.rules(target), requestIds: ['r'] };
  }
  async countInstances(): Promise<InstanceCount | NotListed> {
    this.counts += 1;
    return this.#unread('count') ?? { kind: 'counted', instances: this.instances };
  }
  #unread(kind: 'describe' | 'count'): NotListed | undefined {
    const fault = this.#fault(kind);
    if (fault === 'lost-before' || fault === 'lost-after')
      return { kind: 'unknown', code: 'ECONNRESET', message: 'reset' };
    return fault && fault.kind !== 'done' ? fault : undefined;
  }

  prepare(_target: Target, change: Change): string {
    return JSON.stringify(change);
  }
  bytesOf(rule: Rule): number {
    return JSON.stringify(rule).length;
  }

  readonly actionOf = actionOf;

  async send(
    target: Target,
    kind: ChangeKind,
    _direction: Rule['direction'],
    request: string,
    token: string,
  ): Promise<Answer> {
    const change = JSON.parse(request) as Change;
    const fault = this.#fault(kind);
    let answer: Answer;
    if (fault === 'lost-before') answer = { kind: 'unknown', code: 'ECONNRESET', message: 'reset' };
    else if (fault !== undefined && fault !== 'lost-after') answer = fault;
    else {
      const applied = this.#tokens.get(token) ?? this.#apply(target, change);
      this.#tokens.set(token, applied);
      answer = fault === 'lost-after' ? { kind: 'unknown', code: 'TIMEOUT', message: 'no answer' } : applied;
    }
    this.calls.push({ kind, change, token, answer });
    return answer;
  }

  #fault(kind: ChangeKind | 'describe' | 'count'): Fault | undefined {
    const index = this.faults.findIndex((one) => one.kind === kind);
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.fault;
  }

  /** Worked out once for each stored rule: a full group is asked for all of them at every call. */
  #keyOf(target: Target, stored: Stored): string {
    const key = this.#keys.get(stored) ?? ruleKey(target, stored.rule);
    this.#keys.set(stored, key);
    return key;
  }

  #apply(target: Target, change: Change): Answer {
    const rules = this.rules(target);
    if (change.kind === 'authorize') {
      if (change.rules.some((rule) => this.refuses(rule))) {
        return { kind: 'refused', class: 'caller', code: 'InvalidParam.PortRange', message: 'refused' };
      }
      for (const rule of change.rules) {
        const key = ruleKey(target, rule);
        const isThere = this.rules(target).some((one) => this.#keyOf(target, one) === key);
        if (!isThere) this.addByHand(target, rule, rule.description ?? '');
      }
    } else if (change.kind === 'revoke') {
      const isGone = change.ruleIds.some((id) => !rules.some((one) => one.ruleId === id));
      if (isGone)
        return {
          kind: 'refused',
          class: 'rule-gone',
          code: 'InvalidParam.SecurityGroupRuleId',
          message: 'gone',
        };
      for (const id of change.ruleIds) this.removeByHand(target, id);
    } else {
      this.editByHand(target, change.ruleId, {
        rule: change.rule,
        description: change.rule.description ?? '',
      });
    }
    return { kind: 'done', requestId: 'r' };
  }
}
