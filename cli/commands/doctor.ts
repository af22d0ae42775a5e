import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { waitUntil } from '../waiting.ts';

const diagnosisSchema = z.looseObject({
  ok: z.boolean(),
  checks: z.array(
    z.looseObject({ name: z.string(), verdict: z.string(), found: z.string(), advice: z.optional(z.string()) }),
  ),
});

type Diagnosis = z.infer<typeof diagnosisSchema>;

const signs = {
  ok: ['ok', 'green'],
  warning: ['warn', 'yellow'],
  failed: ['FAIL', 'red'],
  unknown: ['?', 'cyan'],
} as const;

const askedSchema = z.looseObject({ askedAt: z.string() });
/** Every hand sweeps once a minute; what it tries takes it some seconds. */
const patienceMs = 80_000;
const pauseMs = 3_000;

export type DoctorOptions = { readonly rights?: boolean };

export async function doctor(context: Context, { rights }: DoctorOptions): Promise<void> {
  const { out } = context;
  const found = rights ? await withRights(context) : await look(context);
  for (const { name, verdict, found: sentence, advice } of found.checks) {
    const [sign, colour] = Object.hasOwn(signs, verdict) ? signs[verdict as keyof typeof signs] : signs.unknown;
    out.say(`${out.paint(colour, sign.padEnd(4))}  ${name}: ${sentence}`);
    if (advice !== undefined && verdict !== 'ok') out.say(`      ${advice}`);
  }
  const failed = found.checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name);
  if (failed.length > 0) throw new Failure('refused', 'UNWELL', `not well: ${failed.join(', ')}`, { found });
  out.data(found);
}

const look = ({ client }: Context) => client('/api/doctor', diagnosisSchema);

/** Asks the hands to try what their roles may do, and waits for their sweeps. */
async function withRights(context: Context) {
  const { client, out } = context;
  await client('/api/doctor/rights', askedSchema, { method: 'POST', body: {} });
  out.note('each hand tries at its next sweep what its role may do: a minute or so');
  const isAnswered = ({ checks }: Diagnosis) => !checks.some(isOpen);
  return waitUntil(() => look(context), isAnswered, patienceMs, pauseMs);
}

const isOpen = ({ name, verdict }: { readonly name: string; readonly verdict: string }): boolean =>
  name.startsWith('rights of ') && verdict === 'unknown';
