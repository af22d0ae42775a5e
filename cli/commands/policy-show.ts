import * as z from 'zod/mini';
import { folderOf } from '../config-folder.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { localPolicies } from '../local-policies.ts';

const shown = z.object({
  version: z.string(),
  policies: z.array(
    z.object({
      id: z.string(),
      effect: z.enum(['permit', 'forbid']),
      annotations: z.record(z.string(), z.string()),
      text: z.string(),
    }),
  ),
});
type Shown = z.infer<typeof shown>;

/** The policies that the console decides by, or those of a folder. */
export async function policyShow(
  { client, out }: Context,
  { config }: { readonly config?: string },
  [id]: readonly string[],
): Promise<void> {
  const { version, policies }: Shown =
    config === undefined ? await client('/api/policy', shown) : await readFolder(folderOf(config));
  const chosen = id === undefined ? policies : policies.filter((one) => one.id === id);
  if (id !== undefined && chosen.length === 0) {
    const names = policies.map((one) => one.id).join(', ');
    throw new Failure('refused', 'NO_SUCH_POLICY', `there is no policy "${id}"; there is: ${names || 'none'}`);
  }
  out.data({ version, policies: chosen });
  for (const line of chosen.flatMap(({ text }) => [...text.split('\n'), ''])) out.say(line);
  out.say(`version ${version}`);
}

async function readFolder(folder: string): Promise<Shown> {
  const { version, list } = (await localPolicies(folder)).policies;
  return { version, policies: list.map(({ id, effect, annotations, text }) => ({ id, effect, annotations, text })) };
}
