import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Drift, Evidence, Freeze, GroupRules, Health, LeaseList, LeaseStory, Plan, Target } from './answers.ts';
import { call } from './call.ts';
import { isOver } from './lease-state.ts';

const liveMs = 4_000;
const restMs = 20_000;

export type LeaseFilter = {
  readonly live?: 'true' | 'false';
  readonly state?: string;
};

/** As many as one answer of the API holds. */
const pageSize = '200';

/** Leases, newest first, page after page; what was loaded is looked at again, the more there is the less often. */
export const useLeases = (filter: LeaseFilter, isEnabled = true) =>
  useInfiniteQuery({
    enabled: isEnabled,
    queryKey: ['leases', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ ...filter, limit: pageSize });
      if (pageParam !== '') query.set('cursor', pageParam);
      return call<LeaseList>(`/api/leases?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ cursor }) => cursor,
    structuralSharing: samePages,
    refetchInterval: ({ state }) => liveMs * Math.max(1, state.data?.pages.length ?? 1),
  });

type Pages = { readonly pages: readonly LeaseList[] };

/**
 * A page that has not changed is the very object that it was, by its ETag. To compare ten thousand leases field by field
 * instead would keep whoever scrolls waiting.
 */
function samePages(before: unknown, after: unknown): unknown {
  const [old, fresh] = [before as Pages | undefined, after as Pages];
  const isSame = old?.pages.length === fresh.pages.length && old.pages.every((page, at) => page === fresh.pages[at]);
  return isSame ? before : after;
}

const inAMoment = new Set(['opening', 'closing', 'requested']);

export const useLease = (id: string) =>
  useQuery({
    queryKey: ['lease', id],
    queryFn: ({ signal }) => call<LeaseStory>(`/api/leases/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state: { data } }) => {
      if (data && inAMoment.has(data.lease.state)) return liveMs / 4;
      return data && isOver(data.lease.state) ? restMs : liveMs;
    },
  });

/** Reading it is written down: it is read anew only when the lease's state has changed. */
export const useEvidence = (id: string, state: string, isEnabled: boolean) =>
  useQuery({
    queryKey: ['evidence', id, state],
    queryFn: ({ signal }) => call<Evidence>(`/api/audit/leases/${encodeURIComponent(id)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    enabled: isEnabled,
  });

export const useDrift = () =>
  useQuery({
    queryKey: ['drift'],
    queryFn: ({ signal }) => call<Drift>('/api/drift', { signal }),
    refetchInterval: restMs,
  });

export const useHealth = () =>
  useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => call<Health>('/api/health', { signal }),
    refetchInterval: restMs,
  });

export const useFreeze = (isEnabled = true) =>
  useQuery({
    enabled: isEnabled,
    queryKey: ['freeze'],
    queryFn: ({ signal }) => call<Freeze>('/api/freeze', { signal }),
    refetchInterval: restMs,
  });

/** What a request would do. The answer to the last one stays until the next is there: nothing jumps while typing. */
export const usePlan = (body: object | undefined) =>
  useQuery({
    queryKey: ['plan', body],
    queryFn: ({ signal }) => call<Plan>('/api/plan', { method: 'POST', body, signal }),
    enabled: body !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: restMs,
  });

export const useGroups = () =>
  useQuery({
    queryKey: ['groups'],
    queryFn: ({ signal }) => call<{ readonly groups: readonly Target[] }>('/api/groups', { signal }),
    staleTime: 300_000,
    retry: false,
  });

/** What is in a group now. It asks the cloud: only while somebody chooses among its rules. */
export const useGroupRules = (target: Readonly<Record<string, string>> | undefined) =>
  useQuery({
    queryKey: ['group-rules', target],
    queryFn: ({ signal }) => call<GroupRules>(`/api/groups/rules?${new URLSearchParams(target)}`, { signal }),
    enabled: target !== undefined,
    staleTime: restMs,
    retry: false,
  });
