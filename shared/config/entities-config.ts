import * as z from 'zod/mini';

const id = z.string().check(z.minLength(1), z.maxLength(256));
const uid = z.strictObject({
  type: z.enum(['Person', 'Group', 'Account', 'System', 'SecurityGroup', 'Calendar']),
  id,
});
/** `jira:5b10…`: what a source of sources.yaml calls somebody. */
const handleForm = z.string().check(
  z.refine((text) => /^[a-z][a-z0-9-]{0,31}:./.test(text), { error: 'must be source:handle, such as jira:5b109f2e' }),
  z.maxLength(300),
);
const offset = z
  .string()
  .check(z.refine((text) => offsetOf(text) !== undefined, { error: 'must be an offset from UTC such as +08:00' }));

/** Regions and accounts need no word: a security group is in its own by its id. */
const parentTypes: Readonly<Record<z.infer<typeof uid>['type'], readonly string[]>> = {
  Person: ['Group'],
  Group: ['Group'],
  SecurityGroup: ['System'],
  System: ['System'],
  Account: [],
  Calendar: [],
};
const groupForm = /^(?:ecs|ens|apsara|\*)\/[^\s/]+\/[^\s/]+\/[^\s/]+$/;

const entity = z
  .strictObject({
    uid,
    attrs: z._default(z.strictObject({ offset: z.optional(offset), handles: z.optional(z.array(handleForm)) }), {}),
    parents: z._default(z.array(uid), []),
    tags: z._default(z.record(id, z.string().check(z.maxLength(256))), {}),
  })
  .check(
    z.refine((one) => one.parents.every(({ type }) => parentTypes[one.uid.type].includes(type)), {
      error: 'must be of a kind that this one can be in: people and groups in a Group, security groups in a System',
      path: ['parents'],
    }),
    z.refine(({ uid: { type }, attrs }) => type === 'Person' || attrs.handles === undefined, {
      error: 'has handles, which are for a Person',
      path: ['attrs', 'handles'],
    }),
    z.refine((one) => (one.uid.type === 'Calendar') === (one.attrs.offset !== undefined), {
      error: 'must give a Calendar its offset, and nothing else any',
      path: ['attrs'],
    }),
    z.refine(({ uid: { type, id: name } }) => type !== 'SecurityGroup' || groupForm.test(name), {
      error: 'must be cloud/account/region/group, `*` for anything',
      path: ['uid', 'id'],
    }),
  );

/** entities.json, in Cedar's own form: who is in which group, which security group bears which tags. */
export const entitiesSchema = z.array(entity).check(
  z.check((context) => {
    const seen = new Set<string>();
    const handles = new Set<string>();
    for (const [index, entity] of context.value.entries()) {
      const { uid: one } = entity;
      const name = one.type === 'Calendar' ? one.type : `${one.type}::${one.id}`;
      if (seen.has(name)) {
        const message = one.type === 'Calendar' ? 'must be the only Calendar' : 'must stand here once only';
        context.issues.push({ code: 'custom', message, path: [index, 'uid'], input: one });
      }
      seen.add(name);
      for (const handle of entity.attrs.handles ?? []) {
        if (handles.has(handle)) {
          const message = `names ${handle}, who is somebody else already`;
          context.issues.push({ code: 'custom', message, path: [index, 'attrs', 'handles'], input: entity });
        }
        handles.add(handle);
      }
    }
  }),
);

export type Entities = z.infer<typeof entitiesSchema>;

/** Milliseconds that the clocks of `+08:00` are ahead of UTC; undefined for anything else. */
export function offsetOf(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(0\d|1[0-4]):([0-5]\d)$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
