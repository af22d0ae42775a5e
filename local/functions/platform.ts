import {
  acceptedAnswer,
  type ErrorFields,
  type InvocationAnswer,
  outcomeAnswer,
  refusalAnswer,
} from './answer.ts';
import type { BehaviourSwitches } from './behaviour.ts';
import { type CallLog, readable } from './call-log.ts';
import type { FunctionSpec } from './function-spec.ts';
import type { AsyncEnd, InvokeOptions, Invoker } from './invoker.ts';
import { refusals } from './refusal.ts';
import { newRequestId } from './request-id.ts';
import { timerEvent } from './timers.ts';

export type FiredTimer = AsyncEnd & { readonly triggerName: string };

type Origin = 'api' | 'in-process' | 'timer';

export type Invocation = InvokeOptions & {
  readonly name: string;
  readonly event: Buffer;
  readonly requestId: string;
};

/** What the host does, whoever asks: the HTTP API, the process it lives in, or a timer. */
export class Platform {
  readonly functions: readonly FunctionSpec[];
  readonly behaviour: BehaviourSwitches;
  readonly calls: CallLog;
  readonly #invoker: Invoker;

  constructor(parts: {
    functions: readonly FunctionSpec[];
    behaviour: BehaviourSwitches;
    calls: CallLog;
    invoker: Invoker;
  }) {
    this.functions = parts.functions;
    this.behaviour = parts.behaviour;
    this.calls = parts.calls;
    this.#invoker = parts.invoker;
  }

  /** Runs or accepts one invocation; a refusal is an answer too. */
  async answer(invocation: Invocation, fields: ErrorFields): Promise<InvocationAnswer> {
    const { name, event, requestId } = invocation;
    try {
      if (invocation.invocationType === 'Async') {
        void this.#invoker.accept(name, event, invocation);
        return acceptedAnswer(requestId, invocation.taskId);
      }
      return outcomeAnswer(await this.#invoker.runSync(name, event, requestId), requestId);
    } catch (thrown) {
      return refusalAnswer(thrown, requestId, fields);
    }
  }

  /** For whoever lives in the same process. The event is not logged: it may bear a person's token. */
  async invoke(name: string, event: Buffer, options: InvokeOptions = {}): Promise<InvocationAnswer> {
    const invocation = { ...options, name, event, requestId: newRequestId() };
    const answer = await this.answer(invocation, 'Code');
    this.record(invocation, 'in-process', answer);
    return answer;
  }

  /** Starts what a timer trigger starts, and resolves when that is over, retries included. */
  fireTimer(name: string, event: Buffer): Promise<AsyncEnd> {
    const requestId = newRequestId();
    const end = this.#invoker.accept(name, event, { requestId });
    const invocation = { name, event, requestId, invocationType: 'Async' as const };
    this.record(invocation, 'timer', acceptedAnswer(requestId, undefined));
    return end;
  }

  /** Fires every timer of a function now. Throws InvocationRefused if there is no such function. */
  async fireTimersOf(name: string, at: Date): Promise<FiredTimer[]> {
    const spec = this.functions.find((each) => each.name === name);
    if (!spec) throw refusals.noSuchFunction(name);
    return Promise.all(
      (spec.timers ?? []).map(async (timer) => ({
        triggerName: timer.name,
        ...(await this.fireTimer(name, timerEvent(timer, at))),
      })),
    );
  }

  record(
    invocation: Invocation,
    origin: Origin,
    answer: InvocationAnswer | null,
    more: Readonly<Record<string, unknown>> = {},
  ): void {
    const { name, event, requestId, invocationType = 'Sync', delaySeconds, taskId } = invocation;
    const parameters: Record<string, unknown> = { functionName: name, invocationType, origin, requestId };
    if (delaySeconds !== undefined) parameters.delay = delaySeconds;
    if (taskId !== undefined) parameters.taskId = taskId;
    if (origin !== 'in-process') parameters.event = readable(event);
    const isOpen = answer !== null && (origin !== 'in-process' || answer.status !== 200);
    this.calls.add({
      at: new Date().toISOString(),
      action: 'InvokeFunction',
      parameters: { ...parameters, ...more },
      status: answer?.status ?? null,
      answer: isOpen ? readable(answer.body) : null,
    });
  }
}
