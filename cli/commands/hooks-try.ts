import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { folderOf } from '../config-folder.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { localPolicies } from '../local-policies.ts';
import { tryHook } from '../try-hook.ts';

type TryOptions = {
  readonly source: string;
  readonly config?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly headers?: string;
  readonly instance?: string;
};

/** What a webhook's body would come to, judged here by the configuration alone: nothing is sent or written. */
export async function hooksTry(
  { out }: Context,
  { source, config, header = {}, headers, instance }: TryOptions,
  [file = '-']: readonly string[],
): Promise<void> {
  const settings = await localPolicies(folderOf(config));
  const sample = {
    body: await bodyOf(file),
    headers: { ...(headers === undefined ? {} : await headersOf(headers)), ...header },
    ...(instance === undefined ? {} : { instance: await jsonOf(instance) }),
  };
  const found = await tryHook(settings, source, sample, Date.now());
  for (const { step, problem, note } of found.steps) {
    const isEnd = found.isIgnored && note !== undefined;
    const sign = problem ? out.paint('red', 'no  ') : isEnd ? '–   ' : out.paint('green', 'yes ');
    out.say(`${sign}  ${step}${note === undefined ? '' : `: ${note}`}`);
    if (problem) out.say(`      ${problem.code}: ${problem.message}${problem.path === '' ? '' : ` (${problem.path})`}`);
  }
  if (found.message !== undefined) out.say(JSON.stringify(found.message, null, 2));
  const problem = found.steps.at(-1)?.problem;
  if (problem) throw new Failure('refused', problem.code, `it would be refused: ${problem.message}`, { found });
  out.say(found.isIgnored ? 'It would be ignored.' : 'It would be taken.');
  if (!found.isIgnored) out.note('Not tried: its signature, a freeze, and what other leases are there.');
  out.data(found);
}

async function bodyOf(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin);
  try {
    return await readFile(file);
  } catch {
    throw new Failure('usage', 'NO_FILE', `${file} cannot be read`);
  }
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    return JSON.parse((await bodyOf(file)).toString('utf8'));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('usage', 'NOT_JSON', `${file} is not JSON`);
  }
}

/** An object of names and values, however the names are written. */
async function headersOf(file: string): Promise<Record<string, string>> {
  const found = await jsonOf(file);
  const entries = typeof found === 'object' && found !== null ? Object.entries(found) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}
