import type { IntakeDeps } from '../../../functions/intake/connect.ts';
import { takeWebhook } from '../../../functions/intake/intake.ts';
import type { HttpAnswer } from '../../../shared/events/http-answer.ts';
import type { DeliveryReader } from '../../../shared/intake/delivery-reader.ts';
import type { InstanceReader } from '../../../shared/intake/instance-reader.ts';
import type { HookRequest } from '../../../shared/intake/system.ts';
import type { LoadPolicy } from '../../../shared/reconcile/policy-port.ts';
import { makeWorld } from '../../fakes/world.ts';
import { hookSources } from '../../support/hook-trial.ts';

type Answered = { readonly status: number; readonly text: string; readonly body: Record<string, unknown> };
export type Results = { id: string; leaseId: string; state: string; error?: { code: string; path: string } }[];

/** The intake over a whole fake Curfew with the example sources, asked as Function Compute asks it. */
export function makeIntake(
  over: { instances?: InstanceReader; deliveries?: DeliveryReader; policy?: LoadPolicy } = {},
) {
  const world = makeWorld();
  const deps: IntakeDeps = {
    ...world.deps,
    groups: async () => ({ targets: [], isWhole: true }),
    nowMs: world.clock.now,
    sources: hookSources({ ...(over.instances ? { instances: over.instances } : {}) }),
    ...(over.policy ? { policy: over.policy } : {}),
    deliveries: over.deliveries ?? { missedSince: async () => [] },
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
    tick: async () =>
      (await invoke({ triggerTime: '2026-12-01T09:00:00Z', triggerName: 'catch-up', payload: '' })).answer,
    leases: () => world.tx((tx) => tx.listLeases({ limit: 100 })),
  };
}

export const resultsOf = ({ body }: Answered): Results => body.results as Results;
