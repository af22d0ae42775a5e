import type { Call, Cloud } from './cloud.ts';
import type { Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Owned } from './owned.ts';
import { type NamedAct, namedActs, type Plan } from './plan.ts';
import { type Chance, chance } from './prng.ts';
import { isOurs, type KnownRule } from './truth.ts';
import { type Spec, type Tuple, tuplesOf } from './workload.ts';

const acts = [
  'add-same',
  'add-other',
  'delete-ours',
  'edit-ours',
  'strip-ours',
  'clone-ours',
  'clone-elsewhere',
  'delete-group',
] as const;
export type Act = (typeof acts)[number];

/** People with the console open: they add what we add, remove and edit what is ours, and copy it with its text. */
export class People {
  readonly #plan: Plan;
  readonly #engine: Engine;
  readonly #faults: Faults;
  readonly #cloud: Cloud;
  readonly #draw: Chance;
  readonly #tuples: readonly Tuple[];

  constructor(plan: Plan, engine: Engine, faults: Faults, cloud: Cloud) {
    this.#plan = plan;
    this.#engine = engine;
    this.#faults = faults;
    this.#cloud = cloud;
    this.#draw = chance(plan.seed, 'people');
    this.#tuples = tuplesOf(plan);
  }

  /** Draws the day's acts; each looks for something to do it to when its time comes. */
  plan(startMs: number): void {
    this.#cloud.beforeApply = (call) => this.#race(call);
    for (let index = 0; index < this.#plan.acts; index += 1) {
      const act = this.#draw.pick(acts);
      const atMs = startMs + this.#draw.int(0, 24 * 3_600_000);
      this.#engine.at(atMs, () => {
        if (this.#plan.rates[act] > 0) this.do(act);
      });
    }
  }

  /** What people do to their own rules, mostly while a lease changes them. */
  planNamed(changes: readonly Spec[]): void {
    if (changes.length === 0) return;
    const draw = chance(this.#plan.seed, 'people/named');
    for (let index = 0; index < this.#plan.namedActs; index += 1) {
      const act = draw.pick(namedActs);
      const { sendAtMs, startsAtMs = sendAtMs, expiresAtMs, durationMs, change } = draw.pick(changes);
      const spanMs = expiresAtMs === undefined ? (durationMs ?? 600_000) : expiresAtMs - startsAtMs;
      this.#engine.at(startsAtMs + draw.int(-60_000, Math.round(spanMs * 1.2) + 30_000), () => {
        if (change && this.#plan.rates[act] > 0 && this.#actOnNamed(act, change.owned, draw)) this.#faults.count(act);
      });
    }
  }

  #actOnNamed(act: NamedAct, owned: Owned, draw: Chance): boolean {
    const { groupId, tuple } = owned;
    if (act === 'add-equal') return this.#add(groupId, tuple, 'by hand');
    const start = `${groupId} ${tuple.direction} tcp ${tuple.port} `;
    const rule = this.#cloud.truth.present().find((one) => !isOurs(one) && one.nowKey.startsWith(start));
    if (!rule) return false;
    if (act === 'delete-named') return this.#byId('RevokeSecurityGroup', rule, '.1', {});
    if (act === 'edit-named') return this.#edit(rule, { Priority: String(draw.int(30, 40)) });
    return this.#edit(rule, { Description: 'edited by hand' });
  }

  /** At once, if there is anything to do it to. */
  do(act: Act): void {
    if (this.#act(act)) this.#faults.count(act);
  }

  #act(act: Act): boolean {
    switch (act) {
      case 'add-same':
        return this.#add(this.#draw.pick(this.#cloud.groupIds), this.#draw.pick(this.#tuples), 'by hand');
      case 'add-other':
        return this.#add(this.#draw.pick(this.#cloud.groupIds), otherTuple, 'by hand');
      case 'delete-ours':
        return this.#onOurs((rule) => this.#byId('RevokeSecurityGroup', rule, '.1', {}));
      case 'edit-ours':
        return this.#onOurs((rule) => this.#edit(rule, { PortRange: `${this.#draw.int(3000, 3100)}/3100` }));
      case 'strip-ours':
        return this.#onOurs((rule) => this.#edit(rule, { Description: 'web' }));
      case 'clone-ours':
        return this.#clone('here');
      case 'clone-elsewhere':
        return this.#clone('elsewhere');
      case 'delete-group':
        return this.#draw.hit(this.#plan.rates['delete-group']) && this.#deleteGroup();
    }
  }

  /** Somebody adds the very rule while our request for it is on its way. */
  #race({ action, parameters }: Call): void {
    if (!action.startsWith('AuthorizeSecurityGroup') || !this.#faults.strikes('race-add')) return;
    const { Description: _, ...rest } = permission(parameters, 1);
    const named = Object.entries(rest).map(([name, value]) => [`Permissions.1.${name}`, value]);
    const group = { SecurityGroupId: parameters.SecurityGroupId ?? '', 'Permissions.1.Description': 'by hand' };
    this.#cloud.byPerson(action, { ...group, ...Object.fromEntries(named) });
  }

  #add(groupId: string, { port, cidr, direction }: Tuple, description: string): boolean {
    const isIn = direction === 'ingress';
    const answer = this.#cloud.byPerson(`AuthorizeSecurityGroup${isIn ? '' : 'Egress'}`, {
      SecurityGroupId: groupId,
      'Permissions.1.IpProtocol': 'tcp',
      'Permissions.1.PortRange': port,
      [`Permissions.1.${isIn ? 'SourceCidrIp' : 'DestCidrIp'}`]: cidr,
      'Permissions.1.Policy': 'accept',
      'Permissions.1.Priority': this.#draw.hit(0.8) ? '1' : '2',
      'Permissions.1.Description': description,
    });
    return answer.status === 200;
  }

  #onOurs(act: (rule: KnownRule) => boolean): boolean {
    const ours = this.#cloud.truth.ours();
    return ours.length > 0 && act(this.#draw.pick(ours));
  }

  #edit(rule: KnownRule, change: Record<string, string>): boolean {
    return this.#byId('ModifySecurityGroup', rule, '', change);
  }

  #byId(verb: string, rule: KnownRule, suffix: string, more: Record<string, string>): boolean {
    const egress = rule.key.includes(' egress ') ? 'Egress' : '';
    const action = verb.startsWith('Modify') ? `ModifySecurityGroup${egress}Rule` : `${verb}${egress}`;
    const named = { SecurityGroupId: rule.groupId, [`SecurityGroupRuleId${suffix}`]: rule.id };
    return this.#cloud.byPerson(action, { ...named, ...more }).status === 200;
  }

  /** Export and import: a rule with the text of one of ours, where ours was, or somewhere else. */
  #clone(where: 'here' | 'elsewhere'): boolean {
    const ours = this.#cloud.truth.all().filter((rule) => rule.creator.who === 'us');
    if (ours.length === 0) return false;
    const rule = this.#draw.pick(ours);
    const [groupId = '', direction, , port = '', cidr = ''] = rule.key.split(' ');
    const tuple: Tuple = { port, cidr, direction: direction === 'egress' ? 'egress' : 'ingress' };
    if (where === 'here') return this.#add(groupId, tuple, rule.description);
    const other = this.#draw.hit(0.5) ? { ...this.#draw.pick(this.#tuples) } : tuple;
    return this.#add(this.#draw.pick(this.#cloud.groupIds), other, rule.description);
  }

  #deleteGroup(): boolean {
    return (
      this.#cloud.byPerson('DeleteSecurityGroup', { SecurityGroupId: this.#draw.pick(this.#cloud.groupIds) }).status ===
      200
    );
  }
}

const otherTuple: Tuple = { port: '8080/8080', cidr: '192.0.2.0/24', direction: 'ingress' };

/** The n-th rule of a batch by its wire names. */
function permission(parameters: Readonly<Record<string, string>>, number: number): Record<string, string> {
  const prefix = `Permissions.${number}.`;
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
