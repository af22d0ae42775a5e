import { readdirSync, readFileSync } from 'node:fs';
import published from '@octokit/webhooks-examples' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { hookTrial, hookSecrets as keys } from '../../support/hook-trial.ts';
import { fromGithub, fromGitlab, fromJira } from '../../support/sign-hooks.ts';

const folder = new URL('../../fixtures/payloads/', import.meta.url);
const names = (system: string) => readdirSync(new URL(`${system}/`, folder)).sort();
const body = (system: string, name: string) => readFileSync(new URL(`${system}/${name}`, folder), 'utf8');
const read = hookTrial();
/** Its types describe the package that it once was. */
const examples = published as unknown as {
  readonly name: string;
  readonly examples: readonly object[];
}[];

/** What a body comes to: the action and the ticket, or the reason why it is none of our business. */
async function meaning(name: string, request: Parameters<typeof read>[1]): Promise<string> {
  const found = await read(name, request);
  if (found.kind === 'ignored') return `ignored: ${found.reason}`;
  if (found.kind !== 'message' || 'refusal' in found.delivered) throw new Error(JSON.stringify(found));
  const { action, id, requestId } = found.delivered.value as Record<string, string>;
  return `${action} ${requestId ?? id}`;
}

const endings: Record<string, string> = {
  'webhook-issue-updated-resolved.json': 'end TES-41',
  'webhook-server-issue-updated-closed.json': 'end TES-4',
  'webhook-server-issue-updated-resolved.json': 'end TES-4',
};

describe('a real body', () => {
  it.each(names('jira'))('of Jira ends a lease when its issue is done, and is ignored otherwise: %s', async (name) => {
    const found = await meaning('jira', fromJira(body('jira', name), keys.CURFEW_JIRA_SECRETS));

    if (name in endings) expect(found).toBe(endings[name]);
    else
      expect(found).toMatch(
        /^ignored: none of the events in sources\.yaml is this one \((?:jira:issue|comment)_[\w, :]+\)$/,
      );
  });

  it('of a Jira that knows no categories of states ends by their names', async () => {
    const event = JSON.parse(body('jira', 'webhook-server-issue-updated-closed.json'));
    delete event.issue.fields.status.statusCategory;
    const closed = await meaning('jira', fromJira(event, keys.CURFEW_JIRA_SECRETS));
    event.issue.fields.status.name = 'Open';

    expect(closed).toBe('end TES-4');
    expect(await meaning('jira', fromJira(event, keys.CURFEW_JIRA_SECRETS))).toMatch(/^ignored/);
  });

  it('of Jira asks when the issue bears the label, with people’s fields, in the creator’s name', async () => {
    const event = JSON.parse(body('jira', 'webhook-cloud-issue-created-many-fields.json'));
    event.issue.fields.labels.push('curfew');
    Object.assign(event.issue.fields, {
      customfield_10101: { value: 'sg-demo-web' },
      customfield_10102: 22,
      customfield_10103: '203.0.113.7',
      customfield_10104: '2h',
    });
    const { delivered } = (await read('jira', fromJira(event, keys.CURFEW_JIRA_SECRETS))) as never as {
      delivered: object;
    };

    expect(delivered).toEqual({
      source: 'jira',
      reach: 'own',
      value: {
        version: 1,
        action: 'authorize',
        id: 'KT-22',
        target: { cloud: 'ecs', regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' },
        rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' }],
        duration: 'PT2H',
        requester: { id: event.issue.fields.creator.accountId },
        reason: event.issue.fields.summary,
        ticket: { system: 'jira', key: 'KT-22' },
      },
    });
  });

  it('of Jira says which value is new in a field called toString', async () => {
    const event = JSON.parse(body('jira', 'webhook-issue-updated-started-working.json'));
    event.changelog.items[0].toString = 'Approved';
    const approved = (await read('jira', fromJira(event, keys.CURFEW_JIRA_SECRETS))) as never as {
      delivered: { value: object };
    };
    delete event.changelog.items[0].toString;

    expect(approved.delivered.value).toMatchObject({
      action: 'approve',
      requestId: 'TES-41',
      by: { id: event.user.accountId },
    });
    expect(await meaning('jira', fromJira(event, keys.CURFEW_JIRA_SECRETS))).toMatch(/^ignored/);
  });

  /** The document that it is from names a repository's address twice: two readers might see different events. */
  const ambiguous = 'build-event.json';
  it.each(names('gitlab').filter((name) => name !== ambiguous))(
    'of GitLab without our label is ignored: %s',
    async (name) => {
      expect(await meaning('gitlab', fromGitlab(body('gitlab', name), keys.CURFEW_GITLAB_SECRETS))).toMatch(
        /^ignored: none of the events in sources\.yaml is this one \([\w, ]+\)$/,
      );
    },
  );

  it('of GitLab that says one thing twice is refused with the reason, though not with a 4xx', async () => {
    const found = await read('gitlab', fromGitlab(body('gitlab', ambiguous), keys.CURFEW_GITLAB_SECRETS));
    if (found.kind !== 'malformed') throw new Error(found.kind);

    expect(found.refusal).toMatchObject({ code: 'DUPLICATE_FIELD', path: '/repository/git_ssh_url' });
    expect(found.form({ status: 400, body: { error: found.refusal } }).status).toBe(200);
  });

  it('of GitLab asks, is approved and ends by labels and states', async () => {
    const event = JSON.parse(body('gitlab', 'issue-event.json'));
    event.labels = [{ title: 'curfew' }];
    event.object_attributes.description =
      '### Security group\r\n\r\nsg-demo-web\r\n\r\n### Port\r\n\r\n22\r\n### Address\n203.0.113.7\n### Duration\n\n1h\n';
    const say = (more: object) => meaning('gitlab', fromGitlab({ ...event, ...more }, keys.CURFEW_GITLAB_SECRETS));
    const asked = (await read('gitlab', fromGitlab(event, keys.CURFEW_GITLAB_SECRETS))) as never as {
      delivered: { value: object };
    };
    const changed = (previous: object[], current: object[]) => ({
      object_attributes: { ...event.object_attributes, action: 'update' },
      changes: { labels: { previous, current } },
    });

    expect(asked.delivered.value).toMatchObject({
      id: 'gitlabhq/gitlab-test#23',
      target: { securityGroupId: 'sg-demo-web' },
      rules: [{ portRange: '22/22', sourceCidrIp: '203.0.113.7/32' }],
      duration: 'PT1H',
      requester: { id: 'root' },
    });
    expect(await say(changed([{ title: 'curfew' }], [{ title: 'curfew' }, { title: 'approved' }]))).toBe(
      'approve gitlabhq/gitlab-test#23',
    );
    expect(await say(changed([{ title: 'curfew' }], []))).toBe('end gitlabhq/gitlab-test#23');
    expect(await say({ object_attributes: { ...event.object_attributes, action: 'close' } })).toBe(
      'end gitlabhq/gitlab-test#23',
    );
  });

  it.each(names('github'))('of GitHub without our label is ignored: %s', async (name) => {
    expect(await meaning('github', fromGithub(body('github', name), keys.CURFEW_GITHUB_SECRETS))).toMatch(/^ignored: /);
  });

  it('of GitHub, of all kinds of events, means an ending when an issue is closed and nothing otherwise', async () => {
    const found = new Map<string, number>();
    for (const { name, examples: bodies } of examples) {
      for (const one of bodies) {
        const heard = await meaning('github', fromGithub(one, keys.CURFEW_GITHUB_SECRETS, name)).catch(
          (error: Error) => error.message,
        );
        const what = heard.startsWith('ignored')
          ? 'ignored'
          : `${heard.split(' ')[0]} by ${name} ${(one as { action?: string }).action}`;
        found.set(what, (found.get(what) ?? 0) + 1);
      }
    }

    expect(Object.fromEntries(found)).toMatchInlineSnapshot(`
      {
        "end by issues deleted": 1,
        "end by issues transferred": 1,
        "ignored": 327,
      }
    `);
  });
});
