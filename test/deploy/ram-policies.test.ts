import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Deployment, type Policy, policySchema, renderPolicy } from '../../scripts/ram/render-policy.ts';
import { renderSYaml } from './render-s-yaml.ts';
import { sYamlSchema } from './s-yaml-schema.ts';

const folder = new URL('../../deploy/ram/', import.meta.url);
const DEPLOYMENT: Deployment = {
  region: 'cn-hangzhou',
  account: '1000000000000001',
  log_project: 'curfew-logs',
  groups: ['sg-aaaa', 'sg-bbbb'],
};
const WOKEN = ['grant', 'revoke', 'modify', 'notify'] as const;

/** What each operation of the ECS adapter asks the cloud for. */
const ECS_ACTIONS = {
  describe: ['ecs:DescribeSecurityGroupAttribute', 'ecs:DescribeSecurityGroups'],
  authorize: ['ecs:AuthorizeSecurityGroup', 'ecs:AuthorizeSecurityGroupEgress'],
  revoke: ['ecs:RevokeSecurityGroup', 'ecs:RevokeSecurityGroupEgress'],
  modify: ['ecs:ModifySecurityGroupRule', 'ecs:ModifySecurityGroupEgressRule'],
} as const;

type Use = {
  /** Operations of the cloud port. */
  readonly cloud: readonly (keyof typeof ECS_ACTIONS)[];
  readonly nudges: readonly string[];
  /** Buses of EventBridge that it tells what happened. */
  readonly buses?: readonly string[];
  readonly secrets: readonly string[];
  /** Whether Function Compute invokes it asynchronously, and so reports failures to the queue. */
  readonly reportsFailures: boolean;
};

/** What each function does with the outside, by its connect.ts. A new call belongs here and in its policy. */
const USES: Record<string, Use> = {
  intake: {
    cloud: [],
    // Itself: the forms of thin events are fetched by a run of their own.
    nudges: [...WOKEN, 'intake'],
    secrets: ['curfew-tickets-secrets', 'curfew-audit-key', 'curfew-hooks-*'],
    reportsFailures: true,
  },
  grant: {
    cloud: ['describe', 'authorize'],
    nudges: WOKEN,
    secrets: ['curfew-stamp-keys', 'curfew-queue-secrets', 'curfew-audit-key'],
    reportsFailures: true,
  },
  revoke: {
    cloud: ['describe', 'revoke'],
    nudges: WOKEN,
    secrets: ['curfew-stamp-keys', 'curfew-queue-secrets', 'curfew-audit-key'],
    reportsFailures: true,
  },
  modify: {
    cloud: ['describe', 'modify'],
    nudges: WOKEN,
    secrets: ['curfew-stamp-keys', 'curfew-queue-secrets', 'curfew-audit-key'],
    reportsFailures: true,
  },
  reconcile: {
    cloud: ['describe'],
    nudges: WOKEN,
    secrets: ['curfew-stamp-keys', 'curfew-audit-key'],
    reportsFailures: true,
  },
  console: {
    cloud: ['describe'],
    nudges: WOKEN,
    secrets: [
      'curfew-stamp-keys',
      'curfew-console-secrets',
      'curfew-log-in-secret',
      'curfew-session-keys',
      'curfew-audit-key',
    ],
    reportsFailures: false,
  },
  notify: {
    cloud: [],
    nudges: [],
    buses: ['curfew'],
    secrets: ['curfew-audit-key', 'curfew-notices-*'],
    reportsFailures: true,
  },
};

/** The vendor authorizes these on every group or none. */
const ONLY_ON_ALL = [
  'ecs:AuthorizeSecurityGroupEgress',
  'ecs:ModifySecurityGroupRule',
  'ecs:ModifySecurityGroupEgressRule',
];

async function policyOf(name: string): Promise<Policy> {
  return policySchema.parse(JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8')));
}

/** Every action with every resource that it is allowed on, as `action resource`. */
function grants(policy: Policy): string[] {
  return policy.Statement.flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => `${action} ${resource}`)),
  ).sort();
}

function expected({ cloud, nudges, buses = [], secrets, reportsFailures }: Use): string[] {
  const at = (service: string) => `acs:${service}:${DEPLOYMENT.region}:${DEPLOYMENT.account}`;
  const groups = DEPLOYMENT.groups.map((group) => `${at('ecs')}:securitygroup/${group}`);
  return [
    ...cloud
      .flatMap((operation) => ECS_ACTIONS[operation])
      .flatMap((action) => (ONLY_ON_ALL.includes(action) ? ['*'] : groups).map((group) => `${action} ${group}`)),
    ...nudges.flatMap((name) =>
      // The second form is for an invocation that names a version or alias.
      ['', '/*'].map((tail) => `fc:InvokeFunction ${at('fc')}:functions/curfew-${name}${tail}`),
    ),
    ...buses.map((name) => `eventbridge:PutEvents ${at('eventbridge')}:eventbus/${name}`),
    ...secrets.map((name) => `kms:GetSecretValue ${at('kms')}:secret/${name}`),
    `log:PostLogStoreLogs ${at('log')}:project/${DEPLOYMENT.log_project}/logstore/curfew`,
    ...(reportsFailures ? [`mns:SendMessage ${at('mns')}:/queues/curfew-failed/messages`] : []),
  ].sort();
}

describe.each(Object.entries(USES))('the role of %s', (name, use) => {
  it('may do what the function does, where it does it, and nothing else', async () => {
    expect(grants(renderPolicy(await policyOf(name), DEPLOYMENT))).toEqual(expected(use));
  });
});

describe('the policies together', () => {
  it('are one a function and the trust that lets Function Compute take the roles', async () => {
    const files = (await readdir(folder)).sort();
    const { resources } = sYamlSchema.parse(await renderSYaml());

    expect(files).toEqual([...Object.keys(resources), 'trust'].map((name) => `${name}.json`).sort());
    expect(Object.keys(USES).sort()).toEqual(Object.keys(resources).sort());
    expect(JSON.parse(await readFile(new URL('trust.json', folder), 'utf8'))).toEqual({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
    });
  });

  it('give each verb that changes a rule to one function only', async () => {
    const changes = [...ECS_ACTIONS.authorize, ...ECS_ACTIONS.revoke, ...ECS_ACTIONS.modify];

    for (const action of changes) {
      const policies = await Promise.all(Object.keys(USES).map(policyOf));
      const holders = policies.filter(({ Statement }) => Statement.some(({ Action }) => Action.includes(action)));
      expect(holders, action).toHaveLength(1);
    }
  });

  it('send failures to the queue that s.yaml names', async () => {
    const { resources } = sYamlSchema.parse(await renderSYaml());

    for (const [name, { props }] of Object.entries(resources)) {
      expect(props.asyncInvokeConfig !== undefined, name).toBe(USES[name]?.reportsFailures);
    }
  });

  it('leave no placeholder open once rendered', async () => {
    for (const name of Object.keys(USES)) {
      expect(JSON.stringify(renderPolicy(await policyOf(name), DEPLOYMENT))).not.toContain('${');
    }
  });
});

it.each(['ecs:*', '*', 'ecs:Describe*', 'ecs:'])('the policy schema refuses the action %s', (action) => {
  const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: [action], Resource: ['*'] }] };

  expect(policySchema.safeParse(policy).success).toBe(false);
});
