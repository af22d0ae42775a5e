import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';

const diagnosisSchema = z.looseObject({
  ok: z.boolean(),
  checks: z.array(
    z.looseObject({ name: z.string(), verdict: z.string(), found: z.string(), advice: z.optional(z.string()) }),
  ),
});

const signs = {
  ok: ['ok', 'green'],
  warning: ['warn', 'yellow'],
  failed: ['FAIL', 'red'],
  unknown: ['?', 'cyan'],
} as const;

export async function doctor({ client, out }: Context): Promise<void> {
  const found = await client('/api/doctor', diagnosisSchema);
  for (const { name, verdict, found: sentence, advice } of found.checks) {
    const [sign, colour] = Object.hasOwn(signs, verdict) ? signs[verdict as keyof typeof signs] : signs.unknown;
    out.say(`${out.paint(colour, sign.padEnd(4))}  ${name}: ${sentence}`);
    if (advice !== undefined && verdict !== 'ok') out.say(`      ${advice}`);
  }
  const failed = found.checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name);
  if (failed.length > 0) throw new Failure('refused', 'UNWELL', `not well: ${failed.join(', ')}`, { found });
  out.data(found);
}
