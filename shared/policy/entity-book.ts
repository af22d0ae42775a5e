import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { type Entities, offsetOf } from '../config/entities-config.ts';
import { matchesTarget } from '../config/target-pattern.ts';
import type { Asker } from '../reconcile/policy-port.ts';
import { type Target, targetKey } from '../rule/target.ts';

export type EntityBook = {
  /** What the clocks on the wall are ahead of UTC. */
  readonly offsetMs: number;
  readonly person: (asker: Asker) => EntityJson;
  readonly group: (target: Target) => EntityJson;
  /** These, and everything that they are in. */
  readonly closure: (entities: readonly EntityJson[]) => EntityJson[];
};

/** entities.json, looked up by what a question is about: a decision carries what it needs, not all of it. */
export function entityBook(entities: Entities): EntityBook {
  const byUid = new Map(entities.map((one) => [nameOf(one.uid), one]));
  const groups = entities.filter((one) => one.uid.type === 'SecurityGroup');
  const offset = entities.find((one) => one.uid.type === 'Calendar')?.attrs.offset;
  return {
    offsetMs: (offset === undefined ? undefined : offsetOf(offset)) ?? 0,
    person: ({ id, groups: claimed }) => {
      const uid = { type: 'Person', id };
      const listed = byUid.get(nameOf(uid));
      const parents = [...(listed?.parents ?? []), ...claimed.map((name) => ({ type: 'Group', id: name }))];
      return { uid, attrs: {}, parents: once(parents), tags: listed?.tags ?? {} };
    },
    group: (target) => groupEntity(groups, target),
    closure: (roots) => closureOf(byUid, roots),
  };
}

/** A group is in its account and region; what entities.json says of it and of patterns that fit it adds up. */
function groupEntity(groups: Entities, target: Target): EntityJson {
  const { securityGroupId, cloud, account, regionId } = target;
  const own = groups.filter(({ uid }) => matchesTarget(uid.id, target));
  const places = [
    { type: 'Account', id: account },
    { type: 'Region', id: regionId },
  ];
  return {
    uid: { type: 'SecurityGroup', id: targetKey(target) },
    attrs: { id: securityGroupId, cloud, account, regionId },
    parents: once([...places, ...own.flatMap(({ parents }) => parents)]),
    // The later line of the file wins: the special one stands after the general one.
    tags: Object.assign({}, ...own.map(({ tags }) => tags)),
  };
}

function closureOf(byUid: ReadonlyMap<string, Entities[number]>, roots: readonly EntityJson[]): EntityJson[] {
  const found = new Map<string, EntityJson>(roots.map((one) => [nameOf(one.uid as TypeAndId), one]));
  const queue = [...roots];
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    for (const parent of one.parents as TypeAndId[]) {
      const listed = byUid.get(nameOf(parent));
      if (!listed || found.has(nameOf(parent))) continue;
      const entity = { uid: parent, attrs: {}, parents: listed.parents, tags: listed.tags };
      found.set(nameOf(parent), entity);
      queue.push(entity);
    }
  }
  return [...found.values()];
}

const nameOf = ({ type, id }: TypeAndId): string => `${type}::${id}`;

const once = (uids: readonly TypeAndId[]): TypeAndId[] => [...new Map(uids.map((uid) => [nameOf(uid), uid])).values()];
