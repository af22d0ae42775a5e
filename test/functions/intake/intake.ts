import type { IntakeDeps } from '../../../functions/intake/connect.ts';
import { takeWebhook } from '../../../functions/intake/intake.ts';
import type { HttpAnswer } from '../../../shared/events/http-answer.ts';
import type { InstanceReader } from '../../../shared/intake/instance-reader.ts';
import type { HookRequest } from '../../../shared/intake/system.ts';
import { makeWorld } from '../../fakes/world.ts';
import { hookSources } from '../../support/hook-trial.ts';

type Answered = { readonly status: number; readonly text: string; readonly body: Record<string, unknown> };
export type Results = { id: string; leaseId: string; state: string; error?: { code: string; path: string } }[];

const nobody: InstanceReader = { read: async () => 'away' };

/** The intake over a whole fake Curfew with the example sources, asked as Function Compute asks it. */
export function makeIntake(over: Partial<Pick<IntakeDeps, 'instances' | 'deliveries' | 'policy' | 'fetchSoon'>> = {}) {
  const world = makeWorld();
  const deps: IntakeDeps = {
    ...world.deps,
    groups: async () => ({ targets: [], isWhole: true }),
    nowMs: world.clock.now,
    instances: nobody,
    deliveries: { missedSince: async () => [] },
    ...over,
    // Read while the sender waits, unless they can be read by a run of their own.
    sources: hookSources({ instances: over.fetchSoon ? nobody : (over.instances ?? nobody) }),
  };
  const invoke = (event: object) =>
    takeWebhook({
      deps,
      event: Buffer.from(JSON.stringify(event)),
      context: {},
      log: deps.log,
      remainingMs: () => 60_000,
    });
  return {
    world,
    deps,
    async post(source: string, { headers, query, rawBody }: HookRequest): Promise<Answered> {
      const event = {
        version: 'v1',
        rawPath: `/hooks/${source}`,
        headers,
        queryParameters: query,
        body: rawBody.toString('base64'),
        isBase64Encoded: true,
        requestContext: { http: { method: 'POST', path: `/hooks/${source}` } },
      };
      const { statusCode: status, body: text } = (await invoke(event)).answer as HttpAnswer;
      return { status, text, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    },
    tick: async (triggerName = 'catch-up') =>
      (await invoke({ triggerTime: '2026-12-01T09:00:00Z', triggerName, payload: '' })).answer,
    leases: () => world.tx((tx) => tx.listLeases({ limit: 100 })),
  };
}

export const resultsOf = ({ body }: Answered): Results => body.results as Results;
