import { cloudEventOf } from './cloud-event.ts';
import type { SendNotice } from './send-notice.ts';

type BusOptions = {
  readonly bus: string;
  /** Such as `1000000000000001.eventbridge.cn-hangzhou.aliyuncs.com`, or an address with its scheme. */
  readonly endpoint: string;
  /** Asked before every call: a warm instance outlives its credentials. */
  readonly credentials: () => {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken?: string | undefined;
  };
};

const timeoutMs = 5_000;

/** EventBridge, through the vendor's `@alicloud/eventbridge`: one event a call, so that each has an answer of its own. */
export function eventBus({ bus, endpoint, credentials }: BusOptions): SendNotice {
  return async (notice) => {
    // Loaded when something is to be told; see `standardWebhook`.
    const { Client, CloudEvent, Config } = await loadSdk();
    const { protocol, host } = new URL(/^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`);
    const { data, ...attributes } = cloudEventOf(notice);
    const event = new CloudEvent({
      ...attributes,
      extensions: { aliyuneventbusname: bus },
      data: Buffer.from(JSON.stringify(data)),
    });
    const timeouts = { readTimeout: timeoutMs, connectTimeout: timeoutMs };
    const client = new Client(
      new Config({ endpoint: host, protocol: protocol.slice(0, -1), ...credentials(), ...timeouts }),
    );
    try {
      const { failedEntryCount, entryList } = await client.putEvents([event]);
      if (!failedEntryCount) return { kind: 'done' };
      return { kind: 'refused', code: entryList?.[0]?.errorCode ?? 'NOT_TAKEN' };
    } catch (error) {
      return { kind: 'unknown', code: codeOf(error) };
    }
  };
}

/** Loaders differ in how deep they put the class of an ES module that was compiled to CommonJS. */
async function loadSdk() {
  const sdk = await import('@alicloud/eventbridge');
  type ClientClass = (typeof sdk)['default']['default'];
  const outer: unknown = sdk.default;
  return { ...sdk, Client: typeof outer === 'function' ? (outer as ClientClass) : sdk.default.default };
}

/** Nothing else of it: the client's errors carry the request with its signature. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code !== '' ? code : 'NO_ANSWER';
}
