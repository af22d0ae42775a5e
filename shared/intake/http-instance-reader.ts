import { parseSecretReference } from '../runtime/secret-reference.ts';
import type { SecretReader } from '../runtime/secrets.ts';
import { readStrictJsonValue } from '../runtime/strict-json.ts';
import { askApi } from './ask-api.ts';
import type { InstanceReader, ThinSource } from './instance-reader.ts';
import { own } from './own.ts';

type Options = {
  readonly secrets: SecretReader;
  readonly monotonicMs: () => number;
  /** For the token and the form together: DingTalk waits 1.5 s for everything. */
  readonly timeoutMs: number;
};
type Api<Kind> = NonNullable<Extract<ThinSource, { kind: Kind }>['api']>;

/** A token is asked anew some time before it ends. */
const spareMs = 300_000;

/** DingTalk's and Feishu's approval APIs over HTTP, with their tokens kept while they are good. */
export class HttpInstanceReader implements InstanceReader {
  readonly #options: Options;
  readonly #tokens = new Map<string, { readonly token: string; readonly untilMs: number }>();

  constructor(options: Options) {
    this.#options = options;
  }

  async read(source: ThinSource, id: string): ReturnType<InstanceReader['read']> {
    if (!source.api) return 'gone';
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    try {
      return source.kind === 'dingtalk'
        ? await this.#fromDingtalk(source.api, id, signal)
        : await this.#fromFeishu(source.api, id, signal);
    } catch {
      // The client's errors carry addresses and headers, and all of them mean the same.
      return 'away';
    }
  }

  /** https://open.dingtalk.com/document/development/obtains-the-details-of-a-single-approval-instance-pop */
  async #fromDingtalk({ endpoint, appKey, appSecret }: Api<'dingtalk'>, id: string, signal: AbortSignal) {
    const token = await this.#token(`${endpoint} ${appKey}`, async () => {
      const [key, secret] = await this.#secrets(appKey, appSecret);
      const { body } = await askApi(`${endpoint}/v1.0/oauth2/accessToken`, signal, { appKey: key, appSecret: secret });
      return { token: own(body, 'accessToken'), seconds: own(body, 'expireIn') };
    });
    const url = `${endpoint}/v1.0/workflow/processInstances?processInstanceId=${encodeURIComponent(id)}`;
    const { status, body } = await askApi(url, signal, undefined, { 'x-acs-dingtalk-access-token': token });
    if (status >= 400 && status < 500 && status !== 401 && status !== 403 && status !== 429) return 'gone';
    return foundIn(own(body, 'result'));
  }

  /** https://open.feishu.cn/document/server-docs/approval-v4/instance/get: the form is JSON within JSON. */
  async #fromFeishu({ endpoint, appId, appSecret }: Api<'feishu'>, id: string, signal: AbortSignal) {
    const token = await this.#token(`${endpoint} ${appId}`, async () => {
      const [app_id, app_secret] = await this.#secrets(appId, appSecret);
      const url = `${endpoint}/open-apis/auth/v3/tenant_access_token/internal`;
      const { body } = await askApi(url, signal, { app_id, app_secret });
      return { token: own(body, 'tenant_access_token'), seconds: own(body, 'expire') };
    });
    const url = `${endpoint}/open-apis/approval/v4/instances/${encodeURIComponent(id)}`;
    const { body } = await askApi(url, signal, undefined, { authorization: `Bearer ${token}` });
    // "instance code not found", or of another tenant.
    if (own(body, 'code') === 1390003 || own(body, 'code') === 1390015) return 'gone';
    const data = own(body, 'data');
    const form = own(data, 'form');
    const read = typeof form === 'string' ? readStrictJsonValue(form) : { value: form };
    return foundIn(
      typeof data === 'object' && data !== null ? { ...data, form: 'code' in read ? null : read.value } : data,
    );
  }

  async #token(name: string, fetchOne: () => Promise<{ token: unknown; seconds: unknown }>): Promise<string> {
    const kept = this.#tokens.get(name);
    const nowMs = this.#options.monotonicMs();
    if (kept && nowMs < kept.untilMs) return kept.token;
    const { token, seconds } = await fetchOne();
    if (typeof token !== 'string' || token === '') throw new Error('no token was given');
    this.#tokens.set(name, { token, untilMs: nowMs + Number(seconds ?? 0) * 1000 - spareMs });
    return token;
  }

  async #secrets(...names: readonly string[]): Promise<readonly string[]> {
    const each = await Promise.all(names.map((name) => this.#options.secrets.read([parseSecretReference(name)])));
    return each.map(([first]) => first?.reveal() ?? '');
  }
}

function foundIn(instance: unknown): { readonly instance: unknown } | 'away' {
  return typeof instance === 'object' && instance !== null ? { instance } : 'away';
}
