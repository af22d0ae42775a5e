import type { Group } from '../../local/clouds/ecs/group.ts';
import type { Rule } from '../../local/clouds/ecs/rule.ts';
import type { Image } from './owned.ts';

/** Who did something to a rule: a call of ours with its token, or a person. */
export type Actor = { readonly who: 'us' | 'person'; readonly token?: string; readonly sentAtMs: number };

/** What the simulation itself knows of a rule, whatever its Description says. */
export type KnownRule = {
  readonly id: string;
  readonly groupId: string;
  /** The tuple that it was created with: what leases ask for by. */
  readonly key: string;
  readonly description: string;
  readonly creator: Actor;
  readonly createdAtMs: number;
  /** The tuple that it has now, after whatever was edited. */
  nowKey: string;
  nowDescription: string;
  /** Somebody's rule, which a lease had taken away and gave back: made by us, and not ours. */
  isPutBack?: true;
  /** Made ours by an operator, or given up by one: whoever created it. */
  isOursByDecree?: boolean;
  changedAtMs: number;
  editedByHandMs?: number;
  removedAtMs?: number;
  remover?: Actor['who'];
};

export type Effect =
  | { readonly kind: 'created' | 'removed'; readonly rule: KnownRule; readonly actor: Actor }
  | { readonly kind: 'edited'; readonly rule: KnownRule; readonly actor: Actor; readonly before: Image };

/** Rules by who created them, kept by comparing each group before and after each call. */
export class Truth {
  readonly #rules = new Map<string, KnownRule>();
  readonly #present = new Set<KnownRule>();
  readonly #byKey = new Map<string, KnownRule[]>();
  /** Of each tuple of ours: when it was last seen in the cloud. */
  readonly #lastPresentMs = new Map<string, number>();

  /** What a call changed in one group. */
  compare(before: Group | undefined, after: Group | undefined, actor: Actor, nowMs: number): readonly Effect[] {
    if (before?.rules === after?.rules) return [];
    const [old, fresh] = [byId(before), byId(after)];
    const effects: Effect[] = [];
    for (const rule of old.values()) {
      const known = this.#rules.get(rule.id);
      if (!known || fresh.has(rule.id)) continue;
      known.removedAtMs = nowMs;
      this.#present.delete(known);
      known.remover = actor.who;
      if (wasOurs(known)) this.#lastPresentMs.set(known.key, nowMs);
      effects.push({ kind: 'removed', rule: known, actor });
    }
    for (const rule of fresh.values()) {
      const earlier = old.get(rule.id);
      if (!earlier) effects.push({ kind: 'created', rule: this.#learn(rule, after?.id ?? '', actor, nowMs), actor });
      else if (earlier !== rule) {
        const known = this.#rules.get(rule.id) ?? this.#learn(rule, after?.id ?? '', actor, nowMs);
        if (actor.who === 'person') known.editedByHandMs ??= nowMs;
        const image = { key: known.nowKey, description: known.nowDescription };
        known.nowKey = `${after?.id} ${tupleOf(rule)}`;
        known.nowDescription = rule.description;
        known.changedAtMs = nowMs;
        effects.push({ kind: 'edited', rule: known, actor, before: image });
      }
    }
    return effects;
  }

  /** Rules of ours that are in the cloud now. */
  ours(): readonly KnownRule[] {
    return this.present().filter(isOurs);
  }

  /** Whosever they are, in the order in which they came. */
  present(): readonly KnownRule[] {
    return [...this.#present];
  }

  /** An operator says whose it is. */
  decree(id: string | undefined, isOursByDecree: boolean): void {
    const rule = this.#rules.get(id ?? '');
    if (rule) rule.isOursByDecree = isOursByDecree;
  }

  /** Everything in the cloud now, or ever, with this tuple in this group. */
  of(key: string): readonly KnownRule[] {
    return this.#byKey.get(key) ?? [];
  }

  isPresent(key: string): boolean {
    return this.of(key).some((one) => one.removedAtMs === undefined);
  }

  all(): readonly KnownRule[] {
    return [...this.#rules.values()];
  }

  /** When a rule of ours with this tuple was last there; undefined for never. */
  lastPresentMs(key: string, nowMs: number): number | undefined {
    const isThere = this.of(key).some((one) => one.removedAtMs === undefined && wasOurs(one));
    return isThere ? nowMs : this.#lastPresentMs.get(key);
  }

  wasRemovedByHand(key: string, sinceMs = Number.NEGATIVE_INFINITY): boolean {
    return this.of(key).some(
      ({ creator, remover, removedAtMs = 0 }) => creator.who === 'us' && remover === 'person' && removedAtMs >= sinceMs,
    );
  }

  /** Somebody else's is there, or one of ours that a person made look so; also one that differs in priority only, where the cloud takes those two for one. */
  isForeign(key: string, of: { readonly priorityIsIdentity: boolean; readonly sinceMs: number }): boolean {
    const tuple = key.slice(0, key.lastIndexOf(' ') + 1);
    return this.all().some(({ nowKey, creator, isPutBack, editedByHandMs, removedAtMs }) => {
      const isAlike = nowKey === key || (!of.priorityIsIdentity && nowKey.startsWith(tuple));
      return (
        isAlike &&
        (creator.who === 'person' || isPutBack === true || editedByHandMs !== undefined) &&
        (removedAtMs ?? of.sinceMs) >= of.sinceMs
      );
    });
  }

  #learn(rule: Rule, groupId: string, creator: Actor, createdAtMs: number): KnownRule {
    const { id, description } = rule;
    const key = `${groupId} ${tupleOf(rule)}`;
    const now = { nowKey: key, nowDescription: description, changedAtMs: createdAtMs };
    const known: KnownRule = { id, groupId, key, ...now, description, creator, createdAtMs };
    this.#rules.set(id, known);
    this.#present.add(known);
    this.#byKey.set(key, [...this.of(key), known]);
    return known;
  }
}

export const isOurs = ({ creator, isPutBack, isOursByDecree }: KnownRule): boolean =>
  isOursByDecree ?? (creator.who === 'us' && isPutBack !== true);

const wasOurs = ({ creator, isOursByDecree }: KnownRule): boolean =>
  creator.who === 'us' || isOursByDecree !== undefined;

const byId = (group: Group | undefined): Map<string, Rule> =>
  new Map((group?.rules ?? []).map((rule) => [rule.id, rule]));

/** A rule's tuple in words of the simulation's own: it must not share the production code's idea of identity. */
function tupleOf(rule: Pick<Rule, 'direction' | 'ipProtocol' | 'portRange' | 'policy' | 'priority' | 'peer'>) {
  const { direction, ipProtocol, portRange, policy, priority, peer } = rule;
  return [direction, ipProtocol, portRange, peer.value, policy, priority].join(' ').toLowerCase();
}
