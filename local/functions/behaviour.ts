import * as z from 'zod';
import { wireSwitches } from '../clouds/wire/wire-switches.ts';

/** Switches for what the vendor leaves undocumented, or documents in two ways. */
export const behaviourSchema = z.strictObject({
  checkSignatures: wireSwitches.checkSignatures,
  latencyMs: wireSwitches.latencyMs,
  errorFields: z
    .enum(['auto', 'Code', 'ErrorCode'])
    .default('auto')
    .describe('names of the fields in an error body; auto follows the API version of the path'),
  fcSignatureOn2023: z
    .boolean()
    .default(true)
    .describe('whether the old "FC key:signature" is taken on the 2023-03-30 API; nobody documents it'),
  delay: z
    .enum(['honour', 'ignore', 'refuse'])
    .default('honour')
    .describe('what becomes of x-fc-async-delay: a source of 2023 says that the new API did not have it'),
  delayLateMs: z.int().min(0).default(0).describe('deferred invocations "may be inaccurate": so much later than asked'),
  taskIds: z
    .enum(['refuse-again', 'ignore'])
    .default('refuse-again')
    .describe('whether a task id that comes again gets 409; without task mode it is not looked at'),
  retriesMax: z.int().min(0).max(8).default(3).describe('tries after a failed asynchronous invocation'),
  retryPauseMs: z.int().min(0).default(1000).describe('the first pause between tries; each next one is twice as long'),
  deliverTwice: z.boolean().default(false).describe('asynchronous invocations run "at least once": now twice'),
});

export type Behaviour = z.infer<typeof behaviourSchema>;
