import * as z from 'zod';
import { parseJson } from '../../../shared/runtime/parse-json.ts';
import type { CallLog } from './call-log.ts';
import { type ControlRefusal, refusalOf } from './control-refusal.ts';
import { FAULT_MEANINGS, FAULT_SHAPE, type FaultQueue } from './faults.ts';

/** What the control endpoints of one emulated cloud need of it. */
export type Controlled = {
  readonly title: string;
  readonly operations: readonly string[];
  readonly faults: FaultQueue;
  readonly calls: CallLog;
  readonly behaviour: {
    readonly values: object;
    merge(patch: unknown): ControlRefusal | undefined;
    reset(): void;
    describe(): Record<string, unknown>;
  };
  /** Puts the resources back to the starting state. */
  resetRules(): void;
};

export type ControlAnswer = { readonly status: number; readonly body: unknown };

const resetRequest = z.strictObject({ rules: z.boolean().default(false) });

type Route = (cloud: Controlled, input: unknown) => ControlAnswer;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /_emulator': (cloud) => ({ status: 200, body: describe(cloud) }),
  'GET /_emulator/calls': (cloud) => ({ status: 200, body: { calls: cloud.calls.list() } }),
  'GET /_emulator/faults': (cloud) => ({ status: 200, body: { faults: cloud.faults.list() } }),
  'POST /_emulator/faults': (cloud, input) =>
    answerUnless(cloud.faults.arm(input), () => ({ faults: cloud.faults.list() })),
  'GET /_emulator/behaviour': (cloud) => ({ status: 200, body: { behaviour: cloud.behaviour.values } }),
  'POST /_emulator/behaviour': (cloud, input) =>
    answerUnless(cloud.behaviour.merge(input), () => ({ behaviour: cloud.behaviour.values })),
  'POST /_emulator/reset': reset,
};

/** Answers one request to `/_emulator…`. These need no signature: the emulator listens on loopback only. */
export function control(cloud: Controlled, method: string, path: string, body: Buffer): ControlAnswer {
  const route = ROUTES[`${method} ${path.replace(/\/+$/, '')}`];
  if (!route) {
    const known = Object.keys(ROUTES).join(', ');
    return refused(404, { code: 'NOT_FOUND', message: `${method} ${path} is none of: ${known}`, path: '' });
  }
  const text = body.toString('utf8').trim();
  const input = parseJson(text);
  if (method === 'POST' && input === undefined && text !== '') {
    return refused(400, { code: 'INVALID_JSON', message: 'the body is not JSON', path: '' });
  }
  return route(cloud, input);
}

function reset(cloud: Controlled, input: unknown): ControlAnswer {
  const parsed = resetRequest.safeParse(input ?? {});
  if (!parsed.success) {
    return refused(400, refusalOf('INVALID_RESET', parsed.error));
  }
  cloud.faults.clear();
  cloud.behaviour.reset();
  cloud.calls.clear();
  if (parsed.data.rules) {
    cloud.resetRules();
  }
  return {
    status: 200,
    body: { reset: ['faults', 'behaviour', 'calls', ...(parsed.data.rules ? ['rules'] : [])] },
  };
}

function describe(cloud: Controlled): Record<string, unknown> {
  return {
    title: cloud.title,
    operations: cloud.operations,
    control: Object.keys(ROUTES),
    faults: {
      shape: FAULT_SHAPE,
      kinds: FAULT_MEANINGS,
      armed: cloud.faults.list(),
    },
    behaviour: cloud.behaviour.describe(),
  };
}

function answerUnless(refusal: ControlRefusal | undefined, body: () => unknown): ControlAnswer {
  return refusal ? refused(400, refusal) : { status: 200, body: body() };
}

function refused(status: number, { code, message, path }: ControlRefusal): ControlAnswer {
  return { status, body: { code, message, path } };
}
