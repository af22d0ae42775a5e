import { describe, expect, it } from 'vitest';
import { entitiesSchema } from '../../../shared/config/entities-config.ts';
import { peopleOf } from '../../../shared/policy/people.ts';
import { isSamePerson } from '../../../shared/reconcile/people-port.ts';

const person = (id: string, handles?: string[]) => ({
  uid: { type: 'Person', id },
  ...(handles && { attrs: { handles } }),
});
const read = (entities: unknown) => entitiesSchema.safeParse(entities);
const personOf = peopleOf(
  entitiesSchema.parse([person('lin@example.com', ['jira:5b10ac8d', 'github:Lin-W']), person('Mei@example.com')]),
);

describe('who is behind a handle', () => {
  it.each([
    ['jira', '5b10ac8d', 'lin@example.com'],
    ['github', 'lin-w', 'lin@example.com'],
    ['jira', 'lin-w', 'lin-w'],
    ['oidc', 'LIN@example.com', 'lin@example.com'],
    ['api', 'mei@example.com', 'Mei@example.com'],
    ['api', 'somebody', 'somebody'],
  ])('%s:%s is %s', (source, id, found) => {
    expect(personOf(source, id)).toBe(found);
  });

  it('is the same person wherever the text is the same', () => {
    expect(isSamePerson('Lin@Example.com ', 'lin@example.com')).toBe(true);
    expect(isSamePerson('ｌｉｎ@example.com', 'lin@example.com')).toBe(true);
    expect(isSamePerson('lin@example.com', 'lin@example.org')).toBe(false);
  });

  it('is one person only, and says whose handle it is', () => {
    const twice = read([person('lin', ['jira:1']), person('mei', ['jira:1'])]);

    expect(twice.error?.issues[0]).toMatchObject({
      message: expect.stringContaining('somebody else'),
      path: [1, 'attrs', 'handles'],
    });
    expect(read([person('lin', ['5b10'])]).success).toBe(false);
    expect(read([{ uid: { type: 'Group', id: 'sre' }, attrs: { handles: ['jira:1'] } }]).success).toBe(false);
  });
});
