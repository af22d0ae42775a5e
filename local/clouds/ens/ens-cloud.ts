import { Switches } from '../control/switches.ts';
import type { Effect } from '../ecs/call-context.ts';
import { GroupBook } from '../ecs/group-book.ts';
import type { GroupStore } from '../ecs/group-store.ts';
import { Throttle } from '../ecs/throttle.ts';
import { type CloudAnswer, type CloudCall, Refusal, refusalAnswer } from '../wire/answer.ts';
import { randomRequestId } from '../wire/random-ids.ts';
import { authorizeFlat, createPermissions } from './authorize.ts';
import { type EnsBehaviour, ensBehaviour } from './behaviour.ts';
import type { EnsContext } from './call-context.ts';
import { describeAttribute } from './describe-attribute.ts';
import { createGroup, deleteGroup, describeGroups } from './groups.ts';
import { deletePermissions, revokeFlat } from './revoke.ts';
import { startingState } from './starting-state.ts';

const OPERATIONS: Readonly<Record<string, (context: EnsContext) => Effect>> = {
  AuthorizeSecurityGroup: (context) => authorizeFlat('ingress', context),
  AuthorizeSecurityGroupEgress: (context) => authorizeFlat('egress', context),
  RevokeSecurityGroup: (context) => revokeFlat('ingress', context),
  RevokeSecurityGroupEgress: (context) => revokeFlat('egress', context),
  CreateSecurityGroupPermissions: createPermissions,
  DeleteSecurityGroupPermissions: deletePermissions,
  DescribeSecurityGroupAttribute: describeAttribute,
  DescribeSecurityGroups: describeGroups,
  CreateSecurityGroup: createGroup,
  DeleteSecurityGroup: deleteGroup,
};

export const ENS_OPERATIONS = Object.keys(OPERATIONS);
export const ENS_VERSION = '2017-11-10';

export type EnsCloudDeps = {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 up to 1, as Math.random. */
  readonly random: () => number;
  readonly store: GroupStore;
};

/**
 * The rule operations of Edge Node Service, without wire, clock or chance of their own. It has no regions, no client
 * tokens and no rule ids, so there is nothing that a repeated call could be recognised by.
 */
export class EnsCloud {
  readonly behaviour: Switches<EnsBehaviour>;
  readonly #deps: EnsCloudDeps;
  readonly #book: GroupBook;
  readonly #throttle = new Throttle();

  constructor(deps: EnsCloudDeps, behaviour: Partial<EnsBehaviour> = {}) {
    this.#deps = deps;
    this.behaviour = new Switches<EnsBehaviour>(ensBehaviour, behaviour);
    this.#book = new GroupBook(deps.store, () => startingState(deps.now(), deps.random));
  }

  /** Does one operation. What it changed is in the store when this returns. */
  call(call: CloudCall): CloudAnswer {
    try {
      const effect = this.#run(call);
      return effect.refusal ? this.refuse(effect.refusal) : { status: 200, body: this.#withId(effect.body) };
    } catch (error) {
      if (error instanceof Refusal) {
        return this.refuse(error);
      }
      throw error;
    }
  }

  /** Words a refusal, also one that the gateway makes. */
  refuse(refusal: Refusal): CloudAnswer {
    return refusalAnswer(refusal, {
      requestId: randomRequestId(this.#deps.random),
      hostId: 'ens.aliyuncs.com',
      product: 'Ens',
    });
  }

  resetRules(): void {
    this.#book.reset();
  }

  #run({ action, parameters, accountId, stopsHalfway = false }: CloudCall): Effect {
    const operation = Object.hasOwn(OPERATIONS, action) ? OPERATIONS[action] : undefined;
    if (!operation) {
      throw new Refusal(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.');
    }
    const nowMs = this.#deps.now();
    const behaviour = this.behaviour.values;
    this.#throttle.admit(`${accountId}/${action}`, nowMs, behaviour);
    const { random } = this.#deps;
    const effect = operation({ parameters, accountId, nowMs, random, behaviour, book: this.#book, stopsHalfway });
    if (effect.group && effect.removed) {
      this.#book.remove(effect.group);
    } else if (effect.group && effect.group !== this.#book.find(effect.group)) {
      this.#book.save(effect.group, nowMs);
    }
    return effect;
  }

  #withId(body: Effect['body']): CloudAnswer['body'] {
    return { RequestId: randomRequestId(this.#deps.random), ...body };
  }
}
