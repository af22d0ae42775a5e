import type { CallLog, LoggedCall } from '../clouds/control/call-log.ts';
import type { Switches } from '../clouds/control/switches.ts';
import { acceptedAnswer, type ErrorFields, type InvocationAnswer, outcomeAnswer, refusalAnswer } from './answer.ts';
import type { Behaviour } from './behaviour.ts';
import type { FunctionSpec } from './function-spec.ts';
import type { AsyncEnd, InvokeOptions, Invoker } from './invoker.ts';
import { readable } from './readable.ts';
import { refusals } from './refusal.ts';
import { newRequestId } from './request-id.ts';
import { timerEvent } from './timers.ts';

export type FiredTimer = AsyncEnd & { readonly triggerName: string };

export type Invocation = InvokeOptions & {
  readonly name: string;
  readonly event: Buffer;
  readonly requestId: string;
};

export type PlatformParts = {
  readonly functions: readonly FunctionSpec[];
  readonly behaviour: Switches<Behaviour>;
  readonly calls: CallLog;
  readonly invoker: Invoker;
};

/** What the host does, whoever asks: the HTTP API, the process it lives in, or a timer. */
export class Platform {
  readonly functions: readonly FunctionSpec[];
  readonly behaviour: Switches<Behaviour>;
  readonly #calls: CallLog;
  readonly #invoker: Invoker;

  constructor({ functions, behaviour, calls, invoker }: PlatformParts) {
    this.functions = functions;
    this.behaviour = behaviour;
    this.#calls = calls;
    this.#invoker = invoker;
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

  /** For whoever lives in the same process. Neither event nor answer is logged: they may bear a token. */
  async invoke(name: string, event: Buffer, options: InvokeOptions = {}): Promise<InvocationAnswer> {
    const invocation = { ...options, name, event, requestId: newRequestId() };
    const logged = this.log(invocation, { origin: 'in-process' });
    const answer = await this.answer(invocation, 'Code');
    logged.status = answer.status;
    return answer;
  }

  /** Starts what a timer trigger starts, and resolves when that is over, retries included. */
  async fireTimer(name: string, event: Buffer): Promise<AsyncEnd> {
    const requestId = newRequestId();
    const logged = this.log(
      { name, event, requestId, invocationType: 'Async' },
      { origin: 'timer', event: readable(event) },
    );
    const end = this.#invoker.accept(name, event, { requestId });
    logged.status = 202;
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

  /** Enters an invocation into the log of calls; the caller fills in status and answer. */
  log(invocation: Invocation, more: Readonly<Record<string, string>>): LoggedCall {
    const { name, requestId, invocationType = 'Sync', delaySeconds, taskId } = invocation;
    const parameters: Record<string, string> = { functionName: name, invocationType, requestId, ...more };
    if (delaySeconds !== undefined) parameters.delay = String(delaySeconds);
    if (taskId !== undefined) parameters.taskId = taskId;
    return this.#calls.open({ at: new Date().toISOString(), action: 'InvokeFunction', parameters });
  }
}
