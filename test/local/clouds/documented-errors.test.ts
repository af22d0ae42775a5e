import { describe, expect, it } from 'vitest';
import { startApsara } from '../../../local/clouds/apsara/start-apsara.ts';
import { startEcs } from '../../../local/clouds/ecs/start-ecs.ts';
import { startEns } from '../../../local/clouds/ens/start-ens.ts';
import { documentedErrors } from '../../shared/cloud/documented-errors.ts';
import { callCore, cloudTrial } from './cloud-trial.ts';
import { type Cause, causes, type Groups } from './documented-causes.ts';
import { refusalOf } from './ecs-trial.ts';

type Fields = Readonly<Record<string, string | undefined>>;

const ecs = { version: '2014-05-26', start: startEcs };
const inWeb = { RegionId: 'cn-hangzhou', SecurityGroupId: 'sg-demo-web', IpProtocol: 'tcp', PortRange: '22/22' };

/** Each document's operation, and a call of it that is well formed and that nothing in the group stands against. */
const operations: Readonly<
  Record<string, { version: string; start: typeof startEcs | typeof startEns; good: Fields }>
> = {
  ModifySecurityGroupEgressRule: { ...ecs, good: { ...inWeb, DestCidrIp: '203.0.113.7/32', Description: 'new' } },
  ModifySecurityGroupRule: { ...ecs, good: { ...inWeb, SourceCidrIp: '203.0.113.7/32', Description: 'new' } },
  RevokeSecurityGroupEgress: { ...ecs, good: { ...inWeb, DestCidrIp: '203.0.113.7/32' } },
  'ENS AuthorizeSecurityGroupEgress': {
    version: '2017-11-10',
    start: startEns,
    good: {
      SecurityGroupId: 'sg-demo-ens',
      IpProtocol: 'tcp',
      PortRange: '22/22',
      Policy: 'accept',
      Priority: '1',
      DestCidrIp: '203.0.113.7/32',
    },
  },
};

/** The n-th row of a code has the n-th cause of it: some tables name a code twice. */
const rows = documentedErrors.flatMap(({ document, rows: table }) => {
  const seen = new Map<string, number>();
  return table.map(([status, code]) => {
    const key = `${status} ${code}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const cause = causes[document]?.[key]?.[nth];
    const why = cause && 'armed' in cause ? `when it is armed, because ${cause.armed}` : 'for the input that causes it';
    return { document, status, code, cause, why };
  });
});

/** What stands in the document as `%s` is some text on the wire. */
const onTheWire = (code: string) =>
  code.includes('%s') ? expect.stringMatching(new RegExp(`^${code.replace('%s', '\\w+')}$`)) : code;

async function open(document: string) {
  const operation = operations[document];
  if (!operation) throw new Error(`no operation for ${document}`);
  const { version, start, good } = operation;
  const trial = await cloudTrial(start);
  const call = (action: string, query: Fields) => callCore(trial.url, { action, version, query });
  const create = async (vpc: object) => {
    const { body } = await call('CreateSecurityGroup', { RegionId: 'cn-hangzhou', ...vpc });
    return String(body.SecurityGroupId);
  };
  const groups: Groups = { classic: await create({}), otherVpc: await create({ VpcId: 'vpc-other' }) };
  const action = document.replace('ENS ', '');
  return { ...trial, action, groups, send: (fields: Fields) => call(action, { ...good, ...fields }) };
}

describe('the error tables of the documents', () => {
  it('have a cause, or the reason why there is none, for every one of their 82 rows', () => {
    expect(rows.filter(({ cause }) => cause === undefined)).toEqual([]);
    expect(rows).toHaveLength(82);
    const listed = new Set(rows.map(({ document, status, code }) => `${document} ${status} ${code}`));
    const named = Object.entries(causes).flatMap(([document, table]) =>
      Object.keys(table).map((key) => `${document} ${key}`),
    );
    expect(named.filter((name) => !listed.has(name))).toEqual([]);
  });

  it.each(rows.map((row) => [row.document, row.status, row.code, row.why, row.cause] as const))(
    '%s: %i %s is answered %s',
    async (document, status, code, _why, cause) => {
      const trial = await open(document);

      const refusal = await bringAbout(trial, cause as Cause, { status, code });

      expect(refusal).toMatchObject({ statusCode: status, code: onTheWire(code) });
    },
  );

  it('have the one sample of Apsara Stack, which every failure there looks like', async () => {
    const { url } = await cloudTrial(startApsara);
    const RegionId = 'cn-qingdao-env17-d01';
    const at = { RegionId, regionId: RegionId, SecurityGroupId: 'sg-nobody' };

    const { body } = await callCore(url, {
      action: 'AuthorizeSecurityGroupEgress',
      version: '2016-01-01',
      path: '/apsara/route/Ecs/AuthorizeSecurityGroupEgress',
      style: 'ROA',
      bodyType: 'json',
      body: { ...at, IpProtocol: 'tcp', PortRange: '22/22', DestCidrIp: '203.0.113.7/32' },
    });

    expect(body).toMatchObject({ errorSample: { resultCode: -1, result: null } });
  });
});

type Trial = Awaited<ReturnType<typeof open>>;

async function bringAbout(trial: Trial, cause: Cause, row: { status: number; code: string }) {
  if ('armed' in cause) {
    await trial.control('/faults', [{ action: trial.action, fault: 'error', ...row }]);
    return refusalOf(trial.send({}));
  }
  if (cause.behaviour) await trial.control('/behaviour', cause.behaviour);
  const fields = typeof cause.send === 'function' ? cause.send(trial.groups) : cause.send;
  if (cause.twice) await trial.send(fields);
  return refusalOf(trial.send(fields));
}
