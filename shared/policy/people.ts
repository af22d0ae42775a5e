import type { Entities } from '../config/entities-config.ts';
import { foldedId, type PersonOf } from '../reconcile/people-port.ts';

/**
 * Who is behind a handle: the Person of entities.json that lists it (`handles`), else the one of that very id, else
 * somebody of their own. Two handles of one person must be listed, or that person is two.
 */
export function peopleOf(entities: Entities): PersonOf {
  const people = entities
    .filter(({ uid }) => uid.type === 'Person')
    .map(({ uid, attrs }) => ({ id: uid.id, ...attrs }));
  const byId = new Map(people.map(({ id }) => [foldedId(id), id]));
  const byHandle = new Map(people.flatMap(({ id, handles = [] }) => handles.map((one) => [foldedId(one), id])));
  return (source, id) => byHandle.get(foldedId(`${source}:${id}`)) ?? byId.get(foldedId(id)) ?? id;
}
