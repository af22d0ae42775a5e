import { Switches } from '../control/switches.ts';
import { type CloudAnswer, type CloudCall, Refusal, refusalAnswer } from '../wire/answer.ts';
import { randomRequestId } from '../wire/random-ids.ts';
import { authorize } from './authorize.ts';
import { type EcsBehaviour, ecsBehaviour } from './behaviour.ts';
import type { CallContext, Effect } from './call-context.ts';
import { describeAttribute } from './describe-attribute.ts';
import { describeGroups } from './describe-groups.ts';
import type { Group } from './group.ts';
import { GroupBook } from './group-book.ts';
import type { GroupStore } from './group-store.ts';
import { createGroup, deleteGroup } from './groups.ts';
import { modify } from './modify.ts';
import { wordedFor } from './operation-codes.ts';
import { required } from './parameters.ts';
import { revoke } from './revoke.ts';
import { startingState } from './starting-state.ts';
import { Throttle } from './throttle.ts';
import { recordOf, TokenMemory, withRecord } from './token-memory.ts';

type Operation = { readonly takesToken: boolean; run(context: CallContext): Effect };

const OPERATIONS: Readonly<Record<string, Operation>> = {
  AuthorizeSecurityGroup: { takesToken: true, run: (context) => authorize('ingress', context) },
  AuthorizeSecurityGroupEgress: { takesToken: true, run: (context) => authorize('egress', context) },
  RevokeSecurityGroup: { takesToken: true, run: (context) => revoke('ingress', context) },
  RevokeSecurityGroupEgress: { takesToken: true, run: (context) => revoke('egress', context) },
  ModifySecurityGroupRule: { takesToken: true, run: (context) => modify('ingress', context) },
  ModifySecurityGroupEgressRule: { takesToken: true, run: (context) => modify('egress', context) },
  DescribeSecurityGroupAttribute: { takesToken: false, run: describeAttribute },
  DescribeSecurityGroups: { takesToken: false, run: describeGroups },
  CreateSecurityGroup: { takesToken: true, run: createGroup },
  DeleteSecurityGroup: { takesToken: false, run: deleteGroup },
};

export const ECS_OPERATIONS = Object.keys(OPERATIONS);
export const ECS_VERSION = '2014-05-26';

const REGION = /^[a-z]{2}(?:-[a-z0-9]+)+$/;
const CLIENT_TOKEN = /^[\x20-\x7e]{1,64}$/;

export type EcsCloudDeps = {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 up to 1, as Math.random. */
  readonly random: () => number;
  readonly store: GroupStore;
  /** What a new store begins with; default: the demo groups of ECS. */
  readonly startingState?: (nowMs: number, random: () => number) => readonly Group[];
};

/**
 * The rule operations of ECS, without wire, clock or chance of their own: the same calls under the
 * same clock and chance give the same answers, which the simulation relies on.
 */
export class EcsCloud {
  readonly behaviour: Switches<EcsBehaviour>;
  readonly #deps: EcsCloudDeps;
  readonly #book: GroupBook;
  readonly #tokens = new TokenMemory();
  readonly #throttle = new Throttle();

  /** `behaviour`: first values, or the switches of a cloud that has more of them. */
  constructor(deps: EcsCloudDeps, behaviour: Partial<EcsBehaviour> | Switches<EcsBehaviour> = {}) {
    this.#deps = deps;
    this.behaviour = behaviour instanceof Switches ? behaviour : new Switches<EcsBehaviour>(ecsBehaviour, behaviour);
    const begin = deps.startingState ?? startingState;
    this.#book = new GroupBook(deps.store, () => begin(deps.now(), deps.random));
    for (const group of this.#book.all()) {
      for (const record of group.tokens) {
        this.#tokens.remember(group.accountId, group.regionId, record);
      }
    }
  }

  /** Does one operation. What it changed is in the store when this returns. */
  call(call: CloudCall): CloudAnswer {
    try {
      return this.#run(call);
    } catch (error) {
      if (error instanceof Refusal) {
        return this.refuse(error, call.parameters.RegionId);
      }
      throw error;
    }
  }

  /** Words a refusal, also one that the gateway makes. */
  refuse(refusal: Refusal, regionId = ''): CloudAnswer {
    const hostId = regionId === '' ? 'ecs.aliyuncs.com' : `ecs.${regionId}.aliyuncs.com`;
    return refusalAnswer(refusal, { requestId: randomRequestId(this.#deps.random), hostId, product: 'Ecs' });
  }

  /** Every group as it is now, for trials that look behind the wire. */
  groups(): readonly Group[] {
    return this.#book.all();
  }

  resetRules(): void {
    this.#tokens.clear();
    this.#book.reset();
  }

  #run({ action, parameters, accountId, stopsHalfway = false }: CloudCall): CloudAnswer {
    const operation = Object.hasOwn(OPERATIONS, action) ? OPERATIONS[action] : undefined;
    if (!operation) {
      throw new Refusal(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.');
    }
    const regionId = readRegion(parameters);
    const nowMs = this.#deps.now();
    const behaviour = this.behaviour.values;
    this.#throttle.admit(`${accountId}/${regionId}/${action}`, nowMs, behaviour);
    const use = { accountId, regionId, action, parameters, nowMs };
    const hasToken = operation.takesToken && Boolean(readToken(parameters)) && behaviour.tokenTtlSeconds > 0;
    const recalled = hasToken ? this.#tokens.recall(use, behaviour) : undefined;
    if (recalled) {
      return recalled;
    }

    const context = { ...use, behaviour, random: this.#deps.random, book: this.#book, stopsHalfway };
    const effect = effectOf(operation, context);
    const answer = effect.refusal
      ? this.refuse(wordedFor(action, effect.refusal), regionId)
      : { status: 200, body: { RequestId: randomRequestId(this.#deps.random), ...effect.body } };
    const isRemembered = answer.status < 400 || (behaviour.rememberFailures && answer.status < 500);
    const record = hasToken && isRemembered ? recordOf(use, answer) : undefined;
    this.#keep(effect, nowMs, record);
    if (record) {
      this.#tokens.remember(accountId, regionId, record);
    }
    return answer;
  }

  /** Writes the group with the token in one go: either both are kept or neither. */
  #keep({ group, removed }: Effect, nowMs: number, record: Group['tokens'][number] | undefined): void {
    if (!group) {
      return;
    }
    if (removed) {
      this.#book.remove(group);
      return;
    }
    const kept = record ? { ...group, tokens: withRecord(group.tokens, record, this.behaviour.values) } : group;
    if (kept !== this.#book.find(group)) {
      this.#book.save(kept, nowMs);
    }
  }
}

/** An operation's refusal is an effect too: it may be remembered under its token. */
function effectOf(operation: Operation, context: CallContext): Effect {
  try {
    return operation.run(context);
  } catch (error) {
    if (error instanceof Refusal) {
      const id = context.parameters.SecurityGroupId ?? '';
      const group = context.book.find({ accountId: context.accountId, regionId: context.regionId, id });
      return { refusal: error, ...(group ? { group } : {}) };
    }
    throw error;
  }
}

function readRegion(parameters: CloudCall['parameters']): string {
  const regionId = required(parameters, 'RegionId');
  if (!REGION.test(regionId)) {
    throw new Refusal(404, 'InvalidRegionId.NotFound', 'The specified RegionId does not exist.');
  }
  return regionId;
}

function readToken(parameters: CloudCall['parameters']): string | undefined {
  const token = parameters.ClientToken;
  if (token && !CLIENT_TOKEN.test(token)) {
    throw new Refusal(
      400,
      'InvalidClientToken.ValueNotSupported',
      'The ClientToken must be at most 64 ASCII characters.',
    );
  }
  return token;
}
