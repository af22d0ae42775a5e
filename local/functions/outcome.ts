import * as z from 'zod';

const errorDetail = z.object({
  errorMessage: z.string(),
  errorType: z.string(),
  stackTrace: z.array(z.string()),
});

/** What an instance tells its host. Parsed, because it comes from another process. */
export const instanceMessage = z.union([
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('load-error'), detail: errorDetail }),
  z.object({
    type: z.literal('result'),
    kind: z.literal('success'),
    body: z.instanceof(Uint8Array),
    isJson: z.boolean(),
  }),
  z.object({
    type: z.literal('result'),
    kind: z.literal('function-error'),
    errorType: z.enum(['HandledInvocationError', 'UnhandledInvocationError']),
    detail: errorDetail,
  }),
]);

/** How one run of a function ended. `unavailable` means that it never ran: the host is closing. */
export type Outcome =
  | { readonly kind: 'success'; readonly body: Buffer; readonly isJson: boolean }
  | {
      readonly kind: 'function-error';
      readonly errorType: 'HandledInvocationError' | 'UnhandledInvocationError';
      readonly detail: z.infer<typeof errorDetail>;
    }
  | { readonly kind: 'unavailable' };

/** A failure that the platform notices itself: a timeout, an exit, a bundle that does not load. */
export function platformFailure(errorMessage: string, errorType = 'UnhandledInvocationError'): Outcome {
  return {
    kind: 'function-error',
    errorType: 'UnhandledInvocationError',
    detail: { errorMessage, errorType, stackTrace: [] },
  };
}
