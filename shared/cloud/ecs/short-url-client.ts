import { $OpenApiUtil } from '@alicloud/openapi-core';
import { bytesOfParameter } from './bytes-of-parameter.ts';
import { EcsClient } from './sdk.ts';

export { $OpenApiUtil } from '@alicloud/openapi-core';
export * from './sdk.ts';

type CallApi = EcsClient['callApi'];

/**
 * The vendor's client, which puts every parameter into the URL: a hundred rules make 17 to 70 kB of it, more than
 * gateways take. Long ones travel as a form instead; the signature covers it, and the vendor's Terraform provider
 * sends these very operations that way.
 */
export class ShortUrlClient extends EcsClient {
  readonly #urlBytesMax: number;

  constructor(config: $OpenApiUtil.Config, urlBytesMax: number) {
    super(config);
    this.#urlBytesMax = urlBytesMax;
  }

  override callApi(...[params, request, runtime]: Parameters<CallApi>): ReturnType<CallApi> {
    const { query, headers } = request;
    if (bytesInUrl(query ?? {}) <= this.#urlBytesMax) return super.callApi(params, request, runtime);
    const form = new $OpenApiUtil.OpenApiRequest({ headers, query: {}, body: query });
    return super.callApi(params, form, runtime);
  }
}

function bytesInUrl(query: Readonly<Record<string, string>>): number {
  return Object.entries(query).reduce((sum, [name, value]) => sum + bytesOfParameter(name, String(value)), 0);
}
