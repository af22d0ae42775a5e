import type { Log } from '../reconcile/runtime-ports.ts';

type NudgerCredentials = {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
};

/** What both nudgers need to know. */
export type NudgerOptions = {
  /** Where to invoke, e.g. `https://1.cn-hangzhou-internal.fc.aliyuncs.com`; default: the region's own, https. */
  readonly endpoint?: string | undefined;
  readonly accountId: string;
  readonly region: string;
  /** Asked before every nudge: a warm instance outlives its credentials. */
  readonly credentials: () => NudgerCredentials;
  /** What stands before the hand in the functions' names; default: nothing. */
  readonly functionPrefix?: string | undefined;
  /** Sends a task id, so that the platform takes the same wake once. Needs its task mode. */
  readonly useTaskIds?: boolean | undefined;
  readonly timeoutMs: number;
  readonly log: Log;
};

/** The endpoint without a path; https unless it says otherwise, because credentials travel to it. */
export function endpointOf({ endpoint, accountId, region }: NudgerOptions): URL {
  const text = endpoint ?? `${accountId}.${region}.fc.aliyuncs.com`;
  return new URL(/^https?:\/\//.test(text) ? text : `https://${text}`);
}
