import * as z from 'zod/mini';
import type { ChangeKind, NotListed } from '../reconcile/cloud-port.ts';
import type { Target } from '../rule/target.ts';
import { parseJson } from '../runtime/parse-json.ts';

/** An adapter's own "no", before anything is sent. */
export const refusedHere = (code: string, message: string): NotListed => ({
  kind: 'refused',
  class: 'caller',
  code,
  message,
});

/** A group of another cloud or region is "not found" here, which must never pass for deleted. */
export function elsewhere(here: Pick<Target, 'cloud' | 'regionId'>, target: Target): NotListed | undefined {
  if (target.cloud === here.cloud && target.regionId === here.regionId) return undefined;
  return refusedHere('WRONG_REGION', `this adapter is for ${here.cloud} in ${here.regionId}`);
}

/** What `prepare` wrote and the ledger kept; a refusal when the text is something else. */
export function readFrozen<S extends z.ZodMiniType>(
  schema: S,
  kind: ChangeKind,
  request: string,
): { readonly data: z.output<S> } | NotListed {
  const read = z.safeParse(schema, parseJson(request));
  return read.success ? read : refusedHere('MALFORMED_REQUEST', `the stored ${kind} request cannot be read`);
}
