import { useQuery } from '@tanstack/react-query';
import type { Me } from '../api/answers.ts';
import { call } from '../api/call.ts';

/** The console knows when it serves the page (functions/console/page.ts). */
export const isStranger = document.body.dataset.visitor === 'unknown';

/** Who is logged in, and what the policies let them do at all; each single request is decided anew. */
export const useMe = () =>
  useQuery({
    enabled: !isStranger,
    queryKey: ['me'],
    queryFn: ({ signal }) => call<Me>('/api/me', { signal }),
    staleTime: 60_000,
  });

/** Comes back to where we are. */
export const logInAddress = (): string => `/auth/login?returnTo=${encodeURIComponent(`/${location.hash}`)}`;

export async function logOut(): Promise<void> {
  await call('/auth/logout', { method: 'POST', body: {} });
  location.assign('/');
}
