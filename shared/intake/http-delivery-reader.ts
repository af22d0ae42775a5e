import { parseSecretReference } from '../runtime/secret-reference.ts';
import type { SecretReader } from '../runtime/secrets.ts';
import { askApi } from './ask-api.ts';
import type { DeliveryReader, MissedDelivery, PolledSource } from './delivery-reader.ts';
import { own } from './own.ts';

type Options = { readonly secrets: SecretReader; readonly timeoutMs: number };
type Poll = NonNullable<PolledSource['poll']>;
type Listed = { readonly id: string; readonly guid: string; readonly atMs: number; readonly isTaken: boolean };

const pagesMax = 20;

/**
 * GitHub's own list of what a webhook was sent (Deliveries of a repository's or an organization's webhook). It holds
 * the bodies too, so that nothing must be guessed from the present state of an issue.
 */
export class HttpDeliveryReader implements DeliveryReader {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async missedSince({ poll }: PolledSource, sinceMs: number): ReturnType<DeliveryReader['missedSince']> {
    if (!poll) return [];
    try {
      const listed = await this.#list(poll, sinceMs);
      const taken = new Set(listed.filter((one) => one.isTaken).map((one) => one.guid));
      const missed = new Map(listed.filter((one) => !taken.has(one.guid)).map((one) => [one.guid, one]));
      const found: MissedDelivery[] = [];
      for (const one of [...missed.values()].sort((a, b) => a.atMs - b.atMs)) found.push(await this.#read(poll, one));
      return found;
    } catch {
      // The client's errors carry addresses and headers, and all of them mean the same.
      return 'away';
    }
  }

  /** Newest first, in pages that name the next one's cursor. */
  async #list(poll: Poll, sinceMs: number): Promise<Listed[]> {
    const listed: Listed[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < pagesMax; page += 1) {
      const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body, headers } = await this.#ask(poll, `${poll.deliveries}?per_page=100${next}`);
      if (!Array.isArray(body)) throw new Error('this is no list of deliveries');
      const here = body.map(listedOf);
      listed.push(...here.filter((one) => one.atMs >= sinceMs));
      cursor = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];
      if (cursor === undefined || here.some((one) => one.atMs < sinceMs)) return listed;
    }
    return listed;
  }

  async #read(poll: Poll, { id, guid, atMs }: Listed): Promise<MissedDelivery> {
    const { body } = await this.#ask(poll, `${poll.deliveries}/${encodeURIComponent(id)}`);
    const request = own(body, 'request');
    const event = own(request, 'payload');
    if (typeof event !== 'object' || event === null) throw new Error('this delivery has no body');
    const given = Object.entries(own(request, 'headers') ?? {});
    const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value)]));
    return { event: event as Record<string, unknown>, headers, deliveryId: guid, atMs };
  }

  async #ask(poll: Poll, url: string) {
    const [token] = await this.#options.secrets.read([parseSecretReference(poll.token)]);
    const headers = { authorization: `Bearer ${token?.reveal()}`, accept: 'application/vnd.github+json' };
    const asked = await askApi(url, AbortSignal.timeout(this.#options.timeoutMs), undefined, headers);
    if (asked.status !== 200) throw new Error(`the list was answered with ${asked.status}`);
    return asked;
  }
}

/** A number of up to 19 digits is an id that JavaScript would round; GitHub's fit, and are only handed back. */
function listedOf(one: unknown): Listed {
  const status = Number(own(one, 'status_code'));
  return {
    id: String(own(one, 'id')),
    guid: String(own(one, 'guid')),
    atMs: Date.parse(String(own(one, 'delivered_at'))),
    isTaken: status >= 200 && status < 300,
  };
}
