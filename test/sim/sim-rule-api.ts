import type { EcsCaller } from '../../shared/cloud/ecs/ecs-caller.ts';
import { actionOf, bytesOfRule, freezeRequest, frozenRequests } from '../../shared/cloud/ecs/frozen-request.ts';
import { listRules } from '../../shared/cloud/ecs/list-rules.ts';
import type { EcsClient } from '../../shared/cloud/ecs/sdk.ts';
import * as sdk from '../../shared/cloud/ecs/short-url-client.ts';
import { outcomeOfError } from '../../shared/cloud/outcome.ts';
import type { Abilities, Answer, ChangeKind, RuleApi } from '../../shared/reconcile/cloud-port.ts';
import type { Rule } from '../../shared/rule/rule.ts';
import type { Cloud, Reply } from './cloud.ts';
import type { Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Chance } from './prng.ts';
import type { Process } from './process.ts';

/** As the real adapter states them. */
const abilities: Abilities = {
  hasClientTokens: true,
  hasRuleIds: true,
  hasDescriptions: true,
  canModify: true,
  batchMax: 100,
  batchBytesMax: 120_000,
  readLagMs: 5_000,
};

/** The token that goes on the wire for an intended one: itself, but for a planted bug. */
export type TokenOf = (token: string, kind: ChangeKind, request: string) => string;

export type Wire = {
  readonly cloud: Cloud;
  readonly engine: Engine;
  readonly faults: Faults;
  readonly process: Process;
  readonly latency: Chance;
  readonly tokenOf: TokenOf | undefined;
};

/**
 * The real adapter's own requests, listings and error table, with the vendor's client between them replaced by the
 * simulated network: a request is signed when it is made, and each half of its way is a place to die.
 */
export function simRuleApi(wire: Wire): RuleApi {
  return {
    abilities,
    describe: (target) => listRules(callerOf(wire), target),
    prepare: freezeRequest,
    bytesOf: bytesOfRule,
    actionOf,
    send: async (_target, kind, direction, request, clientToken): Promise<Answer> => {
      const { action, parameters } = wireForm(kind, direction, request);
      const token = wire.tokenOf?.(clientToken, kind, request) ?? clientToken;
      const reply = await call(wire, action, { ...parameters, ClientToken: token }, clientToken);
      if (reply.kind === 'answer' && reply.answer.status === 200) {
        return { kind: 'done', requestId: String(reply.answer.body.RequestId) };
      }
      return outcomeOfError(errorOf(reply), kind);
    },
  };
}

async function call(wire: Wire, action: string, parameters: Record<string, string>, intent?: string): Promise<Reply> {
  const { engine, process, cloud, latency } = wire;
  const signedAtMs = engine.nowMs;
  // A slow one is carried out, and answered, just before its caller gives up.
  const isSlow = wire.faults.strikes('slow');
  const reply = await process.wait(isSlow ? wire.faults.of('slow').int(1_000, 7_500) : latency.int(5, 120), () => {
    engine.trace(action);
    return cloud.receive({ action, parameters, signedAtMs, intent });
  });
  return process.wait(reply.afterMs, () => reply);
}

/** What the vendor's client would have thrown. */
function errorOf(reply: Reply): unknown {
  if (reply.kind === 'none') return { name: reply.code, code: reply.code };
  const { status, body, headers } = reply.answer;
  const retryAfter = Number(headers?.['x-acs-retry-after']);
  const told = { statusCode: status, code: String(body.Code), requestId: String(body.RequestId), data: body };
  return { name: 'Error', ...told, ...(Number.isFinite(retryAfter) ? { retryAfter } : {}) };
}

/** Stands in for the vendor's client in the real listing code, which pages and checks what it gets. */
function callerOf(wire: Wire): EcsCaller {
  const describeSecurityGroupAttribute = async (request: Record<string, unknown>) => {
    const { securityGroupId, direction, nicType, maxResults, nextToken } = request;
    const parameters = { SecurityGroupId: securityGroupId, Direction: direction, NicType: nicType };
    const paging = { MaxResults: maxResults, ...(nextToken ? { NextToken: nextToken } : {}) };
    const said = Object.entries({ ...parameters, ...paging }).map(([name, value]) => [name, String(value)]);
    const reply = await call(wire, 'DescribeSecurityGroupAttribute', Object.fromEntries(said));
    if (reply.kind !== 'answer' || reply.answer.status !== 200) throw errorOf(reply);
    return { body: lowered(reply.answer.body) as { requestId: string } };
  };
  const client = { describeSecurityGroupAttribute } as unknown as EcsClient;
  return async (kind, use) => {
    try {
      const { body } = await use(client, sdk);
      if (!body?.requestId) throw new Error('no body');
      return { kind: 'answered', body, requestId: body.requestId };
    } catch (error) {
      return outcomeOfError(error, kind);
    }
  };
}

/** The operation and its query parameters, as the vendor's client would make them of a frozen request. */
function wireForm(kind: ChangeKind, direction: Rule['direction'], request: string) {
  const value = JSON.parse(request) as Record<string, unknown>;
  // A planted bug revokes by what a rule says: the production code never writes such a request.
  const form = kind === 'revoke' && 'permissions' in value ? 'authorize' : kind;
  const read = frozenRequests[form].parse(value) as Record<string, unknown>;
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(read)) flatten(upper(name), value, parameters);
  const egress = direction === 'egress' ? 'Egress' : '';
  const verb = { authorize: 'AuthorizeSecurityGroup', revoke: 'RevokeSecurityGroup', modify: 'ModifySecurityGroup' };
  return { action: `${verb[kind]}${egress}${kind === 'modify' ? 'Rule' : ''}`, parameters };
}

function flatten(name: string, value: unknown, into: Record<string, string>): void {
  if (Array.isArray(value)) for (const [index, one] of value.entries()) flatten(`${name}.${index + 1}`, one, into);
  else if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) flatten(`${name}.${upper(key)}`, one, into);
  else into[name] = String(value);
}

const upper = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const lowerNames = new Map<string, string>();

/** There are some dozens of names, and thousands of bodies. */
function lowerName(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  const low = name.charAt(0).toLowerCase() + name.slice(1);
  lowerNames.set(name, low);
  return low;
}

/** The body as the vendor's client hands it out: names in camelCase, priorities as text. */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  const low: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value)) low[lowerName(name)] = typeof one === 'string' ? one : lowered(one);
  return low;
}
