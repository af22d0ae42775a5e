import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freeBasePort } from '../../local/stack/free-ports.ts';
import { sendWebhook } from '../../local/stack/signed-webhook.ts';
import { readStackFile, type StackFile } from '../../local/stack/stack-file.ts';
import { ecsClient } from '../local/clouds/ecs-client.ts';
import { controlOf, verbs } from '../local/clouds/ecs-trial.ts';
import { fc2Client } from '../local/functions/sdk-clients.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm start` in a process of its own, on a folder of its own. */
export class RunningStack {
  readonly port: number;
  readonly dataDir: string;
  readonly #process: ChildProcess;
  output = '';
  exitCode: number | null | undefined;

  private constructor(port: number, dataDir: string, env: Readonly<Record<string, string>>) {
    this.port = port;
    this.dataDir = dataDir;
    const command = ['bin/run.js', 'local/start.ts', '--port', String(port), '--data', dataDir];
    this.#process = spawn(process.execPath, command, { cwd: root, env: { ...process.env, ...env } });
    this.#process.stdout?.on('data', (chunk) => {
      this.output += String(chunk);
    });
    this.#process.stderr?.on('data', (chunk) => {
      this.output += String(chunk);
    });
    this.#process.on('exit', (code) => {
      this.exitCode = code;
    });
  }

  static async start(at: { port?: number; dataDir?: string; env?: Readonly<Record<string, string>> } = {}) {
    const dataDir = at.dataDir ?? mkdtempSync(join(tmpdir(), 'curfew-stack-'));
    return new RunningStack(at.port ?? (await freeBasePort()), dataDir, at.env ?? {});
  }

  /** Resolves when the stack serves; rejects with its output when it ends instead. */
  async ready(): Promise<this> {
    await until('the stack', 60_000, async () => {
      if (this.exitCode !== undefined) throw new Error(`the stack ended with ${this.exitCode}: ${this.output}`);
      return this.output.includes('Ctrl-C ends it') ? true : undefined;
    });
    return this;
  }

  async exited(): Promise<number | null> {
    return until('the stack to end', 20_000, async () => this.exitCode);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.exitCode === undefined) {
      this.kill('SIGINT');
      await this.exited();
    }
  }

  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async file(): Promise<StackFile> {
    const file = await readStackFile(this.dataDir);
    if (!file) throw new Error('there is no stack.json');
    return file;
  }

  readonly ecs = () => ({
    ...verbs(ecsClient(this.port + 1)),
    control: controlOf(`http://127.0.0.1:${this.port + 1}`),
  });

  readonly hook = (message: unknown) => sendWebhook(`http://127.0.0.1:${this.port}/hooks/tickets`, message);

  /** Invokes a function synchronously through the vendor's client. */
  async invoke(name: string, event: string): Promise<Record<string, unknown>> {
    const { data } = await fc2Client(`http://127.0.0.1:${this.port + 4}`).post(
      `/functions/${name}/invocations`,
      event,
      {},
    );
    return (typeof data === 'string' ? JSON.parse(data) : data) as Record<string, unknown>;
  }

  /** Fires a function's timers now, and waits for them. */
  async fire(name: string): Promise<void> {
    await fetch(`http://127.0.0.1:${this.port + 4}/_emulator/timers`, {
      method: 'POST',
      body: JSON.stringify({ function: name }),
    });
  }

  async api(path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const { token, url } = await this.file();
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async lease(leaseId: string): Promise<Record<string, unknown>> {
    const { body } = await this.api(`/api/leases/${leaseId}`);
    return (body.lease ?? {}) as Record<string, unknown>;
  }

  async state(leaseId: string): Promise<string> {
    return String((await this.lease(leaseId)).state);
  }

  logs = (): Promise<string> => readFile(join(this.dataDir, 'functions.log'), 'utf8');
}

export async function until<T>(what: string, withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(100);
  }
}
