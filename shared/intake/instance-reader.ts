import type { HookSource } from '../config/sources-config.ts';

/** A source whose events name a form without its values. */
export type ThinSource = Extract<HookSource, { readonly api?: unknown }>;

/** Asks ticketing systems for what their events leave out, and for the events that never came. */
export interface InstanceReader {
  /**
   * The form behind a thin event, as its API tells it; `away` when it could not be asked now, `gone` when there is
   * no such form. Only reads, so it may be called as often as one likes.
   */
  read(source: ThinSource, id: string): Promise<{ readonly instance: unknown } | 'away' | 'gone'>;
}
