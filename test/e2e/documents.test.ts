import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CredentialRegistry } from '../../local/clouds/wire/credentials.ts';
import { createApsaraRuleApi } from '../../shared/cloud/apsara/apsara-rule-api.ts';
import { apsaraSettings } from '../../shared/cloud/apsara/settings.ts';
import { createEcsRuleApi } from '../../shared/cloud/ecs/ecs-rule-api.ts';
import { createEnsRuleApi } from '../../shared/cloud/ens/ens-rule-api.ts';
import { configFolder } from '../../shared/config/config-folder.ts';
import type { RuleApi } from '../../shared/reconcile/cloud-port.ts';
import type { Target } from '../../shared/rule/target.ts';
import { request } from '../fakes/world.ts';
import { ecsClient } from '../local/clouds/ecs-client.ts';
import { controlOf, verbs } from '../local/clouds/ecs-trial.ts';
import { RunningStack, until } from '../support/running-stack.ts';
import { corrected, type Form, type Sample, samples } from './documents/samples.ts';

type Parameters = Readonly<Record<string, string>>;
type Call = { readonly action: string; readonly parameters: Parameters };

const credentials = () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret' });
const places = {
  ecs: { regionId: 'cn-hangzhou', portOffset: 1 },
  ens: { regionId: 'ens', portOffset: 2 },
  apsara: { regionId: 'cn-qingdao-env17-d01', portOffset: 3 },
} as const;
const apis: Readonly<Record<Sample['cloud'], (regionId: string, endpoint: string) => RuleApi>> = {
  ecs: (regionId, endpoint) => createEcsRuleApi({ regionId, endpoint, credentials }),
  ens: (regionId, endpoint) => createEnsRuleApi({ regionId, endpoint, credentials }),
  apsara: (regionId, baseUrl) =>
    createApsaraRuleApi({ regionId, settings: apsaraSettings.parse({ baseUrl }), credentials }),
};
/** What the rule says before a sample changes it. */
const former = 'made before';

let stack: RunningStack;
let config = '';

/**
 * The guards are as shipped: each corrected sample passes them (10.0.0.0/8 is a private block, peers that are groups
 * have no width, another description lets nothing more through). Edge Node Service is told to speak the flat form,
 * which is the operation of its document.
 */
beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'documents-config-'));
  await cp(configFolder({}), config, { recursive: true });
  const path = join(config, 'accounts.yaml');
  await writeFile(path, `${(await readFile(path, 'utf8')).trimEnd()}\n    ens: { form: flat }\n`);
  stack = await (await RunningStack.start({ env: { CURFEW_CONFIG: config } })).ready();
}, 90_000);

afterAll(async () => {
  await stack.stop();
  stack.remove();
  await rm(config, { recursive: true, force: true });
});

const url = (cloud: Sample['cloud']) => `http://127.0.0.1:${stack.port + places[cloud].portOffset}`;

/** Rules with their descriptions, without what the cloud numbers anew. */
async function rulesOf(target: Target): Promise<unknown[]> {
  const listing = await apis[target.cloud](target.regionId, url(target.cloud)).describe(target);
  if (listing.kind !== 'listed') throw new Error(listing.message);
  return listing.rules.map(({ rule, description }) => ({ rule, description }));
}

async function changesOf({ cloud, securityGroupId }: Target): Promise<Call[]> {
  const { body } = await controlOf(url(cloud))('/calls');
  const isChange = ({ action, parameters }: Call) =>
    /^(?:Authorize|Revoke|Modify|Create\w+Perm|Delete\w+Perm)/.test(action) &&
    parameters.SecurityGroupId === securityGroupId;
  return (body.calls as Call[]).filter(isChange);
}

/**
 * The group of a sample, and the group of another account that it names as its peer: on ECS made for it by the vendor's
 * own client. Emulated accounts bear the name by which the sample calls them.
 */
async function groupsFor({ cloud }: Sample, parameters: Parameters): Promise<Parameters> {
  if (cloud !== 'ecs') return { SecurityGroupId: cloud === 'ens' ? 'sg-demo-ens' : 'sg-demo-stack' };
  const SecurityGroupId = await stack.ecs().createGroup();
  const side = Object.keys(parameters).find((name) => name.endsWith('GroupOwnerAccount'));
  const owner = side === undefined ? undefined : parameters[side];
  if (side === undefined || owner === undefined) return { SecurityGroupId };
  const issued = new CredentialRegistry().issue('STS.test', owner, Date.now() + 600_000);
  const peer = await verbs(ecsClient(stack.port + 1, issued)).createGroup();
  return { SecurityGroupId, [side.replace('OwnerAccount', 'Id')]: peer };
}

const outside = new Set(['SecurityGroupId', 'RegionId', 'Description']);
const lower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** The fields of a rule are the parameters of the document in camelCase. */
const fieldsOf = (parameters: Parameters): Parameters =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (outside.has(name) ? [] : [[lower(name), value]])),
  );

/** The message that carries a sample. */
function messageOf({ action, direction, document }: Sample, target: Target, parameters: Parameters) {
  const description = parameters.Description;
  const rule = { direction, ...fieldsOf(parameters) };
  const said = action === 'modify' ? { set: { description } } : description === undefined ? {} : { description };
  return request({
    action,
    target,
    rules: [{ ...rule, ...said }],
    duration: 'PT6S',
    id: document.replaceAll(' ', '-'),
  });
}

/** The rule that a sample changes or removes is there before, made by the vendor's own client. */
async function prepare({ action, direction }: Sample, target: Target, parameters: Parameters): Promise<void> {
  if (action === 'authorize') return;
  const ecs = stack.ecs();
  const make = direction === 'ingress' ? ecs.authorize : ecs.authorizeEgress;
  await make([{ ...fieldsOf(parameters), description: former }], { securityGroupId: target.securityGroupId });
}

/** The document's own parameters as they must be seen in a call of this form. */
function onTheWire(form: Form, parameters: Parameters): Parameters {
  const { SecurityGroupId = '', RegionId: _, ...rest } = parameters;
  switch (form) {
    case 'by id':
      return { SecurityGroupId, 'SecurityGroupRuleId.1': expect.stringMatching(/^sgr-/) };
    case 'by id, with every field':
      return { SecurityGroupId, SecurityGroupRuleId: expect.stringMatching(/^sgr-/), ...rest };
    case 'in Permissions':
      return {
        SecurityGroupId,
        ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [`Permissions.1.${name}`, value])),
      };
    case 'flat':
      return { SecurityGroupId, ...rest };
  }
}

/** A stamped Description begins with the requester's; what is removed has none, and what was changed has its own. */
function described(sample: Sample, parameters: Parameters, at: 'start' | 'end'): Parameters {
  const { Description, ...rest } = parameters;
  if (sample.action === 'modify') return { ...rest, Description: at === 'start' ? (Description ?? '') : former };
  if (sample.action === 'revoke') return { ...rest, Description: former };
  if (at === 'end' || Description === undefined) return rest;
  return { ...rest, Description: expect.stringContaining(Description) };
}

describe.concurrent('the sample request of', () => {
  it.each(samples)(
    '$document is carried as a lease from message to gone',
    async (sample) => {
      const { cloud, calls } = sample;
      const printed = corrected(sample);
      const parameters = { ...printed, ...(await groupsFor(sample, printed)) };
      const { regionId } = places[cloud];
      const target: Target = { cloud, account: 'default', regionId, securityGroupId: parameters.SecurityGroupId ?? '' };
      await prepare(sample, target, parameters);
      const before = await rulesOf(target);
      const earlier = (await changesOf(target)).length;

      const { status, body } = await stack.hook(messageOf(sample, target, parameters));

      const [result] = (body as { results: { leaseId: string; error?: unknown }[] }).results;
      expect([status, result?.error]).toEqual([202, undefined]);
      const reach = (state: string) =>
        until(`${sample.document} ${state}`, 60_000, async () =>
          (await stack.state(result?.leaseId ?? '')) === state ? true : undefined,
        );
      await reach('active');
      expect(await rulesOf(target)).not.toEqual(before);
      await reach('ended');
      expect(await rulesOf(target)).toEqual(before);
      const [start, end, ...more] = (await changesOf(target)).slice(earlier);
      expect(more).toEqual([]);
      expect(start).toMatchObject({
        action: calls.start.action,
        parameters: onTheWire(calls.start.form, described(sample, parameters, 'start')),
      });
      expect(end).toMatchObject({
        action: calls.end.action,
        parameters: onTheWire(calls.end.form, described(sample, parameters, 'end')),
      });
    },
    120_000,
  );
});

describe('the table in docs/clouds.md', () => {
  it.each(samples)('says what is sent for $document', async ({ document, action, calls: { start, end } }) => {
    const text = await readFile(new URL('../../docs/clouds.md', import.meta.url), 'utf8');

    const row = text.split('\n').find((line) => line.startsWith(`| ${document} |`)) ?? '';

    const [, , message, ...sent] = row.split(' | ');
    expect(message).toMatch(new RegExp(`^\`${action}\``));
    expect(sent.join(' | ')).toBe(`\`${start.action}\`, ${start.form} | \`${end.action}\`, ${end.form} |`);
  });
});
