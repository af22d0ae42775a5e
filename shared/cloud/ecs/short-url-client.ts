import { $OpenApiUtil } from '@alicloud/openapi-core';
import { EcsClient } from './sdk.ts';

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

/** What a parameter takes in a URL or a form, with its `=` and `&`. */
export const bytesOfParameter = (name: string, value: string): number =>
  name.length + encodeURIComponent(value).length + 2;

function bytesInUrl(query: Readonly<Record<string, string>>): number {
  return Object.entries(query).reduce((sum, [name, value]) => sum + bytesOfParameter(name, String(value)), 0);
}
