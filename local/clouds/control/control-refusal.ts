import type * as z from 'zod';

/** Why a control request was not taken: for machines, for people, and where. */
export type ControlRefusal = { readonly code: string; readonly message: string; readonly path: string };

/** The first complaint of a zod error, with its place as a JSON Pointer. */
export function refusalOf(code: string, error: z.ZodError): ControlRefusal {
  const [issue] = error.issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])];
  return {
    code,
    message: issue?.message ?? 'the input is not valid',
    path: path.map((step) => `/${String(step)}`).join(''),
  };
}
