import type { AuditRow } from '../../api/answers.ts';

/** What is looked for; instants as the browser's fields have them, in the visitor's own time. */
export type AuditFilter = { readonly from: string; readonly to: string; readonly lease: string; readonly text: string };

export const filterFrom = (query: URLSearchParams): AuditFilter => ({
  from: query.get('from') ?? '',
  to: query.get('to') ?? '',
  lease: query.get('lease') ?? '',
  text: query.get('text') ?? '',
});

export const queryOf = (filter: AuditFilter): string =>
  new URLSearchParams(Object.entries(filter).filter(([, value]) => value.trim() !== '')).toString();

/** The address of one page of the API. The API narrows by time and lease; by words the page does. */
export function auditAddress({ from, to, lease }: AuditFilter, cursor: string, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (from !== '') query.set('from', new Date(from).toISOString());
  if (to !== '') query.set('to', new Date(to).toISOString());
  if (lease.trim() !== '') query.set('lease', lease.trim());
  if (cursor !== '') query.set('cursor', cursor);
  return `/api/audit?${query}`;
}

/** Every word must stand somewhere in the row. */
export function matches({ kind, actor, data }: AuditRow, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const haystack = `${kind} ${actor} ${JSON.stringify(data)}`.toLowerCase();
  return words.every((word) => haystack.includes(word));
}
