import { Agent, request } from 'node:http';
import { withClient } from '../local/postgres/database.ts';
import { signedWebhook } from '../local/stack/signed-webhook.ts';
import { type Bench, type Measured, quantile } from './figure.ts';
import { asks } from './messages.ts';
import { startTimedStack } from './timed-stack.ts';

/** Signed webhooks at an even pace, each a request that starts tomorrow: what was lost, doubled, and how long answers took. */
export async function webhooks(bench: Bench): Promise<Record<string, Measured>> {
  const [perSecond, seconds, warmingSeconds] = bench.isQuick ? [20, 3, 1] : [200, 60, 20];
  const count = perSecond * seconds;
  bench.progress(`${perSecond} signed webhooks a second for ${seconds} s`);
  const { hooks, DATABASE_URL } = await startTimedStack(bench);
  const startsAt = new Date(Date.now() + 86_400_000).toISOString();
  const groups = Array.from({ length: 20 }, (_, index) => `sg-bench-${index}`);
  const messages = asks(groups, count, 'PT1H', { startsAt });
  // The first few start instances, and twenty seconds at half the pace have their code compiled by the engine: on two
  // processors that whole machines share, what a cold start takes is taken from all others (it has a row of its own).
  const agent = new Agent({ keepAlive: true });
  const send = (message: object) => post(hooks, signedWebhook(message), agent);
  const warming = messages.slice(0, (warmingSeconds * perSecond) / 2).map((one) => ({ ...one, id: `warm-${one.id}` }));
  await Promise.all(warming.splice(0, 16).map(send));
  await atPace(warming, perSecond / 2, send);
  const took: number[] = [];
  const statuses: Record<string, number> = {};
  const one = async (message: object): Promise<void> => {
    const sent = performance.now();
    const status = await send(message).then(String, () => 'no answer');
    took.push(performance.now() - sent);
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  await atPace(messages, perSecond, one);
  agent.destroy();
  const { kept, distinct } = await keptOf(DATABASE_URL);
  const details = {
    perSecond,
    seconds,
    warmingSeconds,
    statuses,
    p50Ms: quantile(took, 0.5),
    maxMs: quantile(took, 1),
  };
  return {
    'webhooks-lost': { value: count - distinct, details },
    'webhooks-doubled': { value: kept - distinct, details },
    'webhooks-p99': { value: quantile(took, 0.99), details },
  };
}

/** Each in its turn, whether those before it were answered or not. */
async function atPace<T>(messages: readonly T[], perSecond: number, send: (message: T) => Promise<unknown>) {
  const began = performance.now();
  const all: Promise<unknown>[] = [];
  for (const [index, message] of messages.entries()) {
    const wait = began + (index * 1000) / perSecond - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    all.push(send(message));
  }
  await Promise.all(all);
}

/** Plain: `fetch` takes three times as much of the processors that the product is measured on. Answers the status. */
function post(url: string, { headers, body }: ReturnType<typeof signedWebhook>, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0)).once('error', reject);
    });
    sent.once('error', reject).end(body);
  });
}

async function keptOf(databaseUrl: string): Promise<{ kept: number; distinct: number }> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `select count(*)::int as kept, count(distinct request_id)::int as "distinct" from curfew.lease
       where request_id like 'bench-%'`,
    );
    return rows[0] as { kept: number; distinct: number };
  });
}
