import { describe, expect, it } from 'vitest';
import type { HookRequest } from '../../../shared/intake/system.ts';
import { readMessage } from '../../../shared/lease/read-message.ts';
import { hookTrial, hookSecrets as keys, trialNowMs as nowMs } from '../../support/hook-trial.ts';
import { fromDingtalk, fromFeishu, fromGitlab } from '../../support/sign-hooks.ts';
import { dingtalkForm, feishuForm, tickets } from '../../support/tickets.ts';

type What = 'asked' | 'approved' | 'closed';
type System = {
  readonly body: (what: What) => object;
  readonly sign: (body: object) => HookRequest;
  readonly form?: object;
};

const github = tickets.github.body('asked');
const gitlabActions = { asked: 'open', approved: 'update', closed: 'close' };
const gitlabBody = (what: What) => ({
  object_kind: 'issue',
  user: { username: 'lin' },
  project: { path_with_namespace: 'example/ops' },
  object_attributes: {
    ...{ iid: 23, action: gitlabActions[what], title: 'restart the payment worker', description: github.issue.body },
  },
  labels: [{ title: 'curfew' }],
  ...(what === 'approved' ? { changes: { labels: { previous: [], current: [{ title: 'approved' }] } } } : {}),
});
const automationEvents = { asked: 'requested', approved: 'approved', closed: 'closed' };
const { CURFEW_DINGTALK_TOKENS: token, CURFEW_DINGTALK_AES_KEYS: aesKey } = keys;
const systems: Readonly<Record<string, System>> = {
  jira: { body: tickets.jira.body, sign: tickets.jira.of },
  'jira-automation': {
    body: (what) => ({ event: automationEvents[what], issue: tickets.jira.body(what).issue }),
    sign: (body) => ({
      headers: { 'x-curfew-secret': keys.CURFEW_JIRA_AUTOMATION_SECRETS },
      query: {},
      rawBody: Buffer.from(JSON.stringify(body)),
    }),
  },
  servicenow: { body: tickets.servicenow.body, sign: tickets.servicenow.of },
  github: { body: tickets.github.body, sign: tickets.github.of },
  gitlab: { body: gitlabBody, sign: (body) => fromGitlab(body, keys.CURFEW_GITLAB_SECRETS) },
  dingtalk: {
    body: tickets.dingtalk.body,
    sign: (body) => fromDingtalk(body, { token, aesKey, owner: 'dingexampleappkey', nowMs }),
    form: dingtalkForm,
  },
  feishu: {
    body: tickets.feishu.body,
    sign: (body) => fromFeishu(body, { encryptKey: keys.CURFEW_FEISHU_ENCRYPT_KEYS, nowMs }),
    form: feishuForm,
  },
};

type Path = readonly (string | number)[];
const pathsOf = (value: unknown, at: Path = []): Path[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, one]) => {
        const path = [...at, Array.isArray(value) ? Number(key) : key];
        return [path, ...pathsOf(one, path)];
      });

/** The same with one field that is not there, or null. */
function without<T extends object>(whole: T, path: Path, isNull: boolean): T {
  const copy = structuredClone(whole);
  const last = path.at(-1) ?? '';
  const inner = path.slice(0, -1).reduce((one, key) => one[key] as never, copy as Record<string | number, unknown>);
  if (isNull) inner[last] = null;
  else if (Array.isArray(inner)) inner.splice(Number(last), 1);
  else delete inner[last];
  return copy;
}

/** What a body comes to, in a few words: what is done about which ticket, what is wrong where, or nothing. */
async function meaning({ sign }: System, name: string, body: object, instance?: object): Promise<string> {
  const found = await hookTrial({ instances: { read: async () => ({ instance }) } })(name, sign(body));
  if (found.kind === 'not-proved' || found.kind === 'ignored') return found.kind;
  if (found.kind === 'malformed') return `${found.refusal.code} ${found.refusal.path}`;
  if (found.kind !== 'message' || 'refusal' in found.delivered) throw new Error(JSON.stringify(found));
  const { value } = found.delivered;
  const read = readMessage(value);
  return 'code' in read ? `${read.code} ${read.path}` : String((value as { action: unknown }).action);
}

const missing =
  /^(?:INVALID_TICKET_ID \/id|MISSING_FIELD \/(?:id|target\/securityGroupId|rules\/0\/(?:portRange|sourceCidrIp)|duration|requester))$/;
/** Of an ask whose words are gone nothing else may come; an approval that is closed is still one without its state. */
const may: Readonly<Record<What, RegExp>> = {
  asked: /^authorize$/,
  approved: /^approve$/,
  closed: /^(?:end|approve)$/,
};

describe('a body that lacks a field', () => {
  const cases = Object.keys(systems).flatMap((name) =>
    (['asked', 'approved', 'closed'] as const).map((what) => [name, what] as const),
  );

  it.each(cases)('of %s, %s, means the same, nothing, or is refused with the path', async (name, what) => {
    const system = systems[name] as System;
    const { form } = system;
    const body = system.body(what);
    const told = [await meaning(system, name, body, form)];

    for (const isNull of [false, true]) {
      for (const path of pathsOf(body)) told.push(await meaning(system, name, without(body, path, isNull), form));
      for (const path of form ? pathsOf(form) : [])
        told.push(await meaning(system, name, body, without(form ?? {}, path, isNull)));
    }

    expect(told[0]).toMatch(may[what]);
    const odd = told.filter((one) => one !== 'ignored' && one !== 'not-proved' && !missing.test(one));
    expect(odd.filter((one) => !may[what].test(one))).toEqual([]);
    if (what === 'asked') expect(told.some((one) => missing.test(one))).toBe(true);
  });

  it.each([undefined, null, ''])('asks for nothing where a labelled issue has no text: %s', async (text) => {
    const asked = { ...github, issue: { ...github.issue, body: text } };
    const opened = gitlabBody('asked');
    const labelled = {
      ...{ ...opened, changes: { labels: { previous: [], current: [{ title: 'curfew' }] } } },
      object_attributes: { ...opened.object_attributes, action: 'update', description: text },
    };
    const empty = { ...opened, object_attributes: { ...opened.object_attributes, description: text } };

    expect([
      await meaning(systems.github as System, 'github', asked),
      await meaning(systems.gitlab as System, 'gitlab', empty),
      await meaning(systems.gitlab as System, 'gitlab', labelled),
    ]).toEqual(['ignored', 'ignored', 'ignored']);
  });

  it('of Jira ends by the state’s name where its category has no key', async () => {
    const closed = tickets.jira.body('closed');
    const status = { name: 'Done', statusCategory: { key: null } };
    const body = { ...closed, issue: { ...closed.issue, fields: { ...closed.issue.fields, status } } };

    expect(await meaning(systems.jira as System, 'jira', body)).toBe('end');
  });
});
