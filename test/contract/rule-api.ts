import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe } from 'vitest';
import type { Fault } from '../../local/clouds/control/faults.ts';
import type { Change, ChangeKind, Listing, RuleApi } from '../../shared/reconcile/cloud-port.ts';
import { ruleKey } from '../../shared/rule/identity.ts';
import type { ListedRule, Rule } from '../../shared/rule/rule.ts';
import type { Target } from '../../shared/rule/target.ts';
import { ruleApiChangeContract } from './rule-api-changes.ts';
import { ruleApiFaultContract } from './rule-api-faults.ts';
import { ruleApiListingContract } from './rule-api-listing.ts';

/** One adapter on one cloud, with a group that it may change. */
export type RuleApiTrial = {
  readonly api: RuleApi;
  readonly target: Target;
  /** Arms one fault for a kind of call; absent on a cloud that does not take orders. */
  readonly strike?: (
    kind: ChangeKind | 'describe',
    direction: Rule['direction'],
    fault: Omit<Fault, 'action' | 'times'> & { times?: number },
  ) => Promise<void>;
  close(): Promise<void>;
};
export type OpenRuleApi = (options: { readonly timeoutMs: number }) => Promise<RuleApiTrial>;

/** What every adapter keeps, whatever cloud is behind it. Tests of what a cloud cannot do are skipped. */
export function ruleApiContract(name: string, open: OpenRuleApi, { withFaults = true } = {}): void {
  describe(`the rule API's contract, kept by ${name}`, () => {
    let trial: RuleApiTrial;
    beforeEach(async () => {
      // Short, so that an answer which never comes does not take the test's own time.
      trial = await open({ timeoutMs: 1_000 });
    });
    afterEach(() => trial.close());
    const current = () => new RuleApiHand(trial);

    ruleApiListingContract(current);
    ruleApiChangeContract(current);
    if (withFaults) ruleApiFaultContract(current);
  });
}

/** Short forms of what the tests do. */
export class RuleApiHand {
  readonly api: RuleApi;
  readonly target: Target;
  readonly strike: RuleApiTrial['strike'];

  constructor({ api, target, strike }: RuleApiTrial) {
    this.api = api;
    this.target = target;
    this.strike = strike;
  }

  change(change: Change, clientToken: string = randomUUID()) {
    return this.api.send(
      this.target,
      change.kind,
      change.direction,
      this.api.prepare(this.target, change),
      clientToken,
    );
  }

  authorize(rules: readonly Rule[], clientToken?: string) {
    const direction = rules[0]?.direction ?? 'ingress';
    return this.change({ kind: 'authorize', direction, rules }, clientToken);
  }

  /** Revokes as the loop does: by id where there are ids, by the rules themselves elsewhere. */
  async revoke(rules: readonly Rule[], clientToken?: string) {
    const listed = await Promise.all(rules.map((rule) => this.find(rule)));
    const ruleIds = listed.flatMap((one) => one?.ruleId ?? []);
    return this.change({ kind: 'revoke', direction: rules[0]?.direction ?? 'ingress', ruleIds, rules }, clientToken);
  }

  async list(): Promise<Listing> {
    const listing = await this.api.describe(this.target);
    if (listing.kind !== 'listed') throw new Error(`not listed: ${listing.code}`);
    return listing;
  }

  async find(rule: Rule): Promise<ListedRule | undefined> {
    const [found] = await this.findAll(rule);
    return found;
  }

  async findAll(rule: Rule): Promise<readonly ListedRule[]> {
    const key = ruleKey(this.target, rule);
    const { rules } = await this.list();
    return rules.filter((listed) => listed.rule && ruleKey(this.target, listed.rule) === key);
  }
}

/** A rule that is easy to tell apart by its number. */
export function sampleRule(number: number, more: Partial<Rule> = {}): Rule {
  const cidr = `198.51.100.${number}/32`;
  const direction = more.direction ?? 'ingress';
  return {
    direction,
    ipProtocol: 'tcp',
    portRange: '22/22',
    policy: 'accept',
    priority: 1,
    nicType: 'intranet',
    ...(direction === 'ingress' ? { sourceCidrIp: cidr } : { destCidrIp: cidr }),
    description: `sample ${number}`,
    ...more,
  };
}
