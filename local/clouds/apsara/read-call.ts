import * as z from 'zod';
import { parseJson } from '../../../shared/runtime/parse-json.ts';
import { Refusal } from '../wire/answer.ts';
import { type ReadCall, readRpcCall } from '../wire/rpc-protocol.ts';
import { formFields, headerOf, type WireRequest } from '../wire/wire-request.ts';
import type { ApsaraBehaviour } from './behaviour.ts';

/** A call as it came: over the documented route, or in the RPC form of the POP gateway. */
export type ApsaraCall = ReadCall & {
  readonly form: 'route' | 'pop';
  readonly headers: ReadonlySet<string>;
  /** Why it cannot be a call at all. Kept until `check`, so that it is logged and answered like the others. */
  readonly problem?: Refusal | undefined;
};

const ROUTE = /^\/apsara\/route\/Ecs\/(\w+)$/;
const scalars = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export function readApsaraCall(request: WireRequest, { bodies }: Readonly<ApsaraBehaviour>): ApsaraCall {
  const headers = new Set(Object.keys(request.headers));
  const [, action] = ROUTE.exec(request.path) ?? [];
  if (action === undefined) {
    const problem = request.path === '/' ? undefined : noSuchPath(request.path);
    return { ...readRpcCall(request), form: 'pop', headers, problem };
  }
  const parameters = readBody(request, bodies);
  return {
    action,
    version: parameters?.version ?? '',
    parameters: parameters ?? {},
    form: 'route',
    headers,
    problem: request.method === 'POST' ? bodyProblem(parameters) : notPosted(),
  };
}

/** The parameters of the route stand in the body, and nowhere else. Undefined: a body that cannot be read. */
function readBody(request: WireRequest, bodies: ApsaraBehaviour['bodies']): Record<string, string> | undefined {
  const isJson = (headerOf(request, 'content-type') ?? '').toLowerCase().startsWith('application/json');
  if (bodies !== 'any' && (bodies === 'json') !== isJson) {
    return {};
  }
  if (!isJson) {
    return Object.fromEntries(formFields(request));
  }
  const parsed = scalars.safeParse(parseJson(request.body.toString('utf8')));
  if (!parsed.success) {
    return undefined;
  }
  const given = Object.entries(parsed.data).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function bodyProblem(parameters: object | undefined): Refusal | undefined {
  return parameters
    ? undefined
    : new Refusal(400, 'InvalidParameter', 'The body is not a JSON object of texts and numbers.');
}

function notPosted(): Refusal {
  return new Refusal(405, 'UnsupportedHTTPMethod', 'The route takes POST only.');
}

function noSuchPath(path: string): Refusal {
  return new Refusal(404, 'InvalidAction.NotFound', `Specified api is not found: ${path}.`);
}
