import { setTimeout as sleep } from 'node:timers/promises';
import { sendWebhook } from '../../local/stack/signed-webhook.ts';

type Sample = {
  readonly group: string;
  readonly port: string;
  readonly from: string;
  readonly duration: string;
  readonly reason: string;
  readonly ticket?: string;
  readonly policy?: 'drop';
};

const samples: readonly Sample[] = [
  {
    group: 'sg-demo-web',
    port: '22/22',
    from: '203.0.113.7/32',
    duration: 'PT25M',
    reason: 'restart the payment worker',
    ticket: 'OPS-1234',
  },
  {
    group: 'sg-demo-web',
    port: '8080/8090',
    from: '198.51.100.0/24',
    duration: 'PT2H',
    reason: 'load test of the new checkout',
    ticket: 'SHOP-88',
  },
  {
    group: 'sg-demo-web',
    port: '-1/-1',
    from: '192.0.2.0/24',
    duration: 'PT4H',
    reason: 'quarantine: a scanner was seen',
    policy: 'drop',
  },
  { group: 'sg-demo-db', port: '6379/6379', from: '10.20.3.0/24', duration: 'PT6H', reason: 'warm the new cache' },
  { group: 'sg-demo-db', port: '3306/3306', from: '172.16.0.0/12', duration: 'PT50M', reason: 'read the old orders' },
];
const waitingOne: Sample = {
  ...{ group: 'sg-demo-db', port: '5432/5432', from: '10.20.0.0/16', duration: 'PT3H' },
  ...{ reason: 'move the ledger to its new disks', ticket: 'DBA-77' },
};
const shortOne: Sample = {
  ...{ group: 'sg-demo-web', port: '443/443', from: '203.0.113.20/32', duration: 'PT20S' },
  ...{ reason: 'try the new certificate', ticket: 'OPS-1229' },
};

/** What a team might have open: several leases, one that waits for approval, and one whose story is over. */
export async function askForSamples(at: { readonly url: string; readonly token: string }) {
  const story = await ask(at, shortOne);
  for (const sample of samples) await ask(at, sample);
  const waiting = await ask(at, waitingOne);
  for (let n = 0; n < 120 && (await stateOf(at, story)) !== 'ended'; n += 1) await sleep(500);
  return { story, waiting };
}

type At = Parameters<typeof askForSamples>[0];

/** Through the ticketing system, as Lin: what comes so is asked for by a person. */
async function ask({ url }: At, sample: Sample): Promise<string> {
  const { group, port, from, duration, reason, ticket, policy = 'accept' } = sample;
  const ipProtocol = port === '-1/-1' ? 'all' : 'tcp';
  const { body } = await sendWebhook(`${url}/hooks/tickets`, {
    ...{ version: 1, action: 'authorize', id: `sample-${reason.replaceAll(' ', '-')}`, duration, reason },
    target: { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: group },
    rules: [{ direction: 'ingress', ipProtocol, portRange: port, sourceCidrIp: from, policy }],
    requester: { id: 'lin@example.com', name: 'Lin' },
    ...(ticket && { ticket: { system: 'jira', key: ticket, url: `https://example.atlassian.net/browse/${ticket}` } }),
  });
  const { leaseId } = (body as { results: { leaseId: string | null }[] }).results[0] ?? {};
  if (!leaseId) throw new Error(`a sample was refused: ${reason}: ${JSON.stringify(body)}`);
  return leaseId;
}

async function stateOf({ url, token }: At, id: string): Promise<string> {
  const response = await fetch(`${url}/api/leases/${id}`, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { lease: { state: string } }).lease.state;
}
