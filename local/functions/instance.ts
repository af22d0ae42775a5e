import { type ChildProcess, fork } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FunctionSpec, OnLog, Region } from './function-spec.ts';
import { instanceEnvironment } from './instance-environment.ts';
import type { InvocationContext } from './invocation-context.ts';
import { instanceMessage, type Outcome, platformFailure } from './outcome.ts';

const RUNNER = fileURLToPath(new URL('./instance.cjs', import.meta.url));

/** The platform counts loading apart from running; nothing of ours takes longer to load than this. */
const LOAD_MS = 30_000;

/** One child process that has loaded a bundle. It serves one request at a time. */
export class Instance {
  /** Resolves when the process is gone and its last line was forwarded. */
  readonly exited: Promise<void>;
  readonly #spec: FunctionSpec;
  readonly #child: ChildProcess;
  #settle: ((outcome: Outcome) => void) | undefined;
  #loaded: Promise<Outcome | undefined>;
  #isDead = false;

  constructor(spec: FunctionSpec, at: Region, onLog: OnLog) {
    this.#spec = spec;
    this.#child = fork(RUNNER, [spec.bundlePath], {
      cwd: dirname(spec.bundlePath),
      env: instanceEnvironment(spec, at),
      // Not inherited: a TypeScript loader of the host has no business in a function.
      execArgv: [`--max-old-space-size=${spec.memoryMb}`],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      // A process that never started never closes either.
      this.#child.once('error', () => resolve());
    });
    this.#loaded = this.#load();
    this.#forward(onLog);
    this.#child.on('message', (message) => this.#hear(message));
    this.#child.on('exit', (code, signal) => this.#die(`exit ${signal ?? code}`));
    this.#child.on('error', (error) => this.#die(error.message));
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Runs one request to its end; never throws. Whoever calls must not call again before that end. */
  async run(event: Buffer, context: InvocationContext): Promise<Outcome> {
    const loadFailure = await this.#loaded;
    if (loadFailure) {
      this.kill();
      return loadFailure;
    }
    const { timeoutSeconds } = this.#spec;
    const outcome = this.#outcomeWithin(
      timeoutSeconds * 1000,
      `Function timed out after ${timeoutSeconds} seconds`,
      'TimedOut',
    );
    if (!this.#isDead) this.#child.send({ event, context }, () => {});
    return outcome;
  }

  kill(): void {
    this.#isDead = true;
    this.#child.kill('SIGKILL');
  }

  async #load(): Promise<Outcome | undefined> {
    const outcome = await this.#outcomeWithin(LOAD_MS, 'The function did not load in time', 'TimedOut');
    return outcome.kind === 'success' ? undefined : outcome;
  }

  /** The next thing that this child says or suffers, or a timeout, which ends the child. */
  #outcomeWithin(ms: number, message: string, errorType: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#settle?.(platformFailure(message, errorType));
        this.kill();
      }, ms);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(outcome);
      };
      if (this.#isDead) this.#settle(platformFailure('Process exited before it took the request'));
    });
  }

  #hear(raw: unknown): void {
    const { data: message } = instanceMessage.safeParse(raw);
    // Not ours: a bundle that found its way to the channel. Its run ends by its own means or by timeout.
    if (!message) return;
    if (message.type === 'ready') {
      this.#settle?.({ kind: 'success', body: Buffer.alloc(0), isJson: false });
    } else if (message.type === 'load-error') {
      const { errorMessage, errorType } = message.detail;
      this.#settle?.(platformFailure(errorMessage, errorType));
    } else if (message.kind === 'success') {
      this.#settle?.({ kind: 'success', body: Buffer.from(message.body), isJson: message.isJson });
    } else {
      this.#settle?.({ kind: 'function-error', errorType: message.errorType, detail: message.detail });
    }
  }

  #die(how: string): void {
    this.#isDead = true;
    this.#settle?.(platformFailure(`Process exited unexpectedly before completing request (${how})`, 'ProcessExited'));
  }

  #forward(onLog: OnLog): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
        onLog(line, this.#spec.name),
      );
    }
  }
}
