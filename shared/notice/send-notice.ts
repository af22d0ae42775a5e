import type { Notice } from '../reconcile/notice.ts';
import type { Sent } from '../reconcile/send-notices.ts';
import type { Post } from './post.ts';

/** Sends one notice somewhere; never throws. */
export type SendNotice = (notice: Notice) => Promise<Sent>;

/** What a channel sends with, and the wall clock that receivers hold its signatures against. */
export type SendDeps = { readonly post: Post; readonly nowMs: () => number };
