import type { HookSource } from '../config/sources-config.ts';
import type { NotProved } from './standard-webhooks.ts';

/** What arrived at /hooks/{source}. Names of headers in lower case; the bytes are those that were sent. */
export type HookRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
};

/** The values behind the names of secrets in sources.yaml, several where a secret is being rotated; none for none. */
export type ReadSecrets = (names: readonly string[] | undefined) => Promise<readonly string[]>;

/** An answer as we would give it, or in the sender's own form. */
export type Answer = { readonly status: number; readonly body: object };

/** A request whose sender is known. */
type Proved = {
  /** The event as JSON text: the body, or what was encrypted in it. */
  readonly text: string;
  /** By which a sender's repetitions are known; from a header that no signature covers, where the system has one. */
  readonly deliveryId?: string | undefined;
  /** Turns our answer into the one that the sender expects; absent: ours. */
  readonly answer?: (ours: Answer) => Answer;
};

export type Event = Readonly<Record<string, unknown>>;

/** One ticketing system: how its requests are proved, whom it names, what it wants to hear. */
export type System<S extends HookSource = HookSource> = {
  /**
   * Proves a request on its raw bytes, before anybody looks into them, against every key. Throws only what another
   * try could mend.
   */
  prove(source: S, request: HookRequest, secrets: ReadSecrets, nowMs: number): Promise<Proved | NotProved>;
  /** Events that are about the connection itself: a challenge, a ping. */
  greet?(event: Event): { readonly reason: string; readonly answer?: object } | undefined;
  /** The id of the form that an event names without its values. */
  instanceOf?(event: Event): string | undefined;
  /** The people whom the system itself names; what people typed is not among them. `requester` and `by` look here. */
  people(event: Event, instance: unknown): Record<string, unknown>;
  /** Expressions for what sources.yaml leaves out. */
  readonly defaults: { readonly id: string; readonly requester: string; readonly by: string; readonly url?: string };
  /** ASCII alone, matched whole: of two letters that look alike one may be another ticket. */
  readonly idForm: string;
};
