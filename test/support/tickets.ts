import type { HookRequest } from '../../shared/intake/system.ts';
import { hookSecrets as keys } from './hook-trial.ts';
import * as signed from './sign-hooks.ts';

/** When it is sent, and how often it was sent before: a delivery's id and time are new each time, the event is the same. */
type At = { readonly serial: number; readonly nowMs: number; readonly ticket?: number };
type What = 'asked' | 'approved' | 'closed';
type Say = Record<What, (at: At) => HookRequest>;

const each = (say: (what: What, at: At) => HookRequest): Say => ({
  asked: (at) => say('asked', at),
  approved: (at) => say('approved', at),
  closed: (at) => say('closed', at),
});

const status = { asked: ['To Do', 'new'], approved: ['Approved', 'indeterminate'], closed: ['Done', 'done'] } as const;
const jiraBody = (what: What, ticket = 0) => ({
  timestamp: 1_796_115_600_000,
  webhookEvent: what === 'asked' ? 'jira:issue_created' : 'jira:issue_updated',
  user: { accountId: what === 'approved' ? 'mei' : 'lin' },
  issue: {
    key: `OPS-${1234 + ticket}` as unknown,
    fields: {
      summary: 'restart the payment worker',
      labels: ['curfew'],
      creator: { accountId: 'lin' },
      status: { name: status[what][0], statusCategory: { key: status[what][1] } },
      customfield_10101: 'sg-demo-web',
      customfield_10102: 22,
      customfield_10103: '203.0.113.7',
      customfield_10104: '1h',
    },
  },
  changelog: { items: what === 'asked' ? [] : [{ field: 'status', toString: status[what][0] }] },
});

const servicenowBody = (what: What, ticket = 0) => ({
  sys_id: '9d385017c611228701d22104cc95c371',
  number: { value: `RITM00${12345 + ticket}`, display_value: `RITM00${12345 + ticket}` },
  state: what === 'closed' ? '3' : '1',
  approval: what === 'asked' ? 'requested' : 'approved',
  opened_by: { value: 'lin', display_value: 'Lin' },
  sys_updated_by: what === 'approved' ? 'mei' : 'lin',
  short_description: 'restart the payment worker',
  variables: { security_group: 'sg-demo-web', port: '22', source: { value: '203.0.113.7' }, duration: 'PT1H' },
});

const headings = { 'Security group': 'sg-demo-web', Port: '22', Address: '203.0.113.7', Duration: '1h' };
const githubLabels = { asked: 'curfew', approved: 'approved', closed: '' };
const githubBody = (what: What, ticket = 0) => ({
  action: what === 'closed' ? 'closed' : 'labeled',
  ...(what === 'closed' ? {} : { label: { name: githubLabels[what] } }),
  issue: {
    number: 7 + ticket,
    title: 'restart the payment worker',
    html_url: 'https://github.com/example/ops/issues/7',
    user: { login: 'lin' },
    body: Object.entries(headings)
      .map(([name, value]) => `### ${name}\r\n\r\n${value}\r\n`)
      .join('\r\n'),
  },
  repository: { full_name: 'example/ops' },
  sender: { login: what === 'approved' ? 'mei' : 'lin' },
});

const dingtalkTypes = {
  asked: { type: 'start' },
  approved: { type: 'finish', result: 'agree' },
  closed: { type: 'terminate' },
};
const dingtalkBody = (what: What, ticket = 0) => ({
  EventType: 'bpms_instance_change',
  processInstanceId: `KX1aPoSVTI2rBYVyNwLuTA0755179611560${ticket}`,
  processCode: 'PROC-EXAMPLE',
  corpId: 'dingexamplecorp',
  staffId: 'lin',
  title: 'Access for lin',
  createTime: 1_796_115_600_000,
  ...dingtalkTypes[what],
});

const feishuStates = { asked: 'PENDING', approved: 'APPROVED', closed: 'CANCELED' };
const feishuBody = (what: What, ticket = 0) => ({
  uuid: `uuid-of-${what}-${ticket}`,
  token: keys.CURFEW_FEISHU_TOKENS,
  ts: '1796115600.000000',
  type: 'event_callback',
  event: {
    type: 'approval_instance',
    approval_code: 'APPROVAL-EXAMPLE',
    instance_code: `81D31358-93AF-92D6-7425-01A5D67C4E7${ticket}`,
    status: feishuStates[what],
    operate_time: what === 'asked' ? '1796115600000' : 1_796_115_600_000,
  },
});

const form = Object.entries(headings).map(([name, value]) => ({ name, value }));
/** What DingTalk's API tells of the form. */
export const dingtalkForm = {
  originatorUserId: 'lin',
  title: 'Access for lin',
  formComponentValues: form,
  operationRecords: [
    { userId: 'lin', type: 'START_PROCESS_INSTANCE', result: 'NONE' },
    { userId: 'mei', type: 'EXECUTE_TASK_NORMAL', result: 'AGREE' },
  ],
};
/** What Feishu's API tells of it, its form being read already. */
export const feishuForm = {
  user_id: 'lin',
  open_id: 'ou_lin',
  form,
  timeline: [
    { type: 'START', user_id: 'lin' },
    { type: 'PASS', user_id: 'mei' },
  ],
};

const dingtalkKeys = {
  token: keys.CURFEW_DINGTALK_TOKENS,
  aesKey: keys.CURFEW_DINGTALK_AES_KEYS,
  owner: 'dingexampleappkey',
};

/** Conversations as each system would have them, for the example sources. */
export const tickets = {
  jira: {
    ...each((what, { serial, ticket }) =>
      signed.fromJira(jiraBody(what, ticket), keys.CURFEW_JIRA_SECRETS, `delivery-${what}-${serial}-${ticket ?? 0}`),
    ),
    of: (body: unknown) => signed.fromJira(body, keys.CURFEW_JIRA_SECRETS),
    body: jiraBody,
  },
  servicenow: {
    ...each((what, { ticket }) => signed.fromServicenow(servicenowBody(what, ticket), keys.CURFEW_SERVICENOW_SECRETS)),
    of: (body: unknown) => signed.fromServicenow(body, keys.CURFEW_SERVICENOW_SECRETS),
    body: servicenowBody,
  },
  github: {
    ...each((what, { serial, ticket }) =>
      signed.fromGithub(
        githubBody(what, ticket),
        keys.CURFEW_GITHUB_SECRETS,
        'issues',
        `guid-${what}-${serial}-${ticket ?? 0}`,
      ),
    ),
    of: (body: unknown) => signed.fromGithub(body, keys.CURFEW_GITHUB_SECRETS),
    body: githubBody,
  },
  dingtalk: {
    ...each((what, { nowMs, ticket }) => signed.fromDingtalk(dingtalkBody(what, ticket), { ...dingtalkKeys, nowMs })),
    body: dingtalkBody,
  },
  feishu: {
    ...each((what, { nowMs, ticket }) =>
      signed.fromFeishu(feishuBody(what, ticket), { encryptKey: keys.CURFEW_FEISHU_ENCRYPT_KEYS, nowMs }),
    ),
    body: feishuBody,
  },
};
