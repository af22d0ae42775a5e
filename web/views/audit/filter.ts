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

/** The address of one page of the API. */
export const auditAddress = (filter: AuditFilter, cursor: string): string =>
  `/api/audit?${paramsOf(filter, { limit: '500', ...(cursor !== '' && { cursor }) })}`;

/** The address of the first piece of a file. */
export const exportAddress = (filter: AuditFilter, format: string): string =>
  `/api/audit/export?${paramsOf(filter, { format, limit: '5000' })}`;

function paramsOf({ from, to, lease, text }: AuditFilter, more: Record<string, string>): URLSearchParams {
  const query = new URLSearchParams(more);
  if (from !== '') query.set('from', new Date(from).toISOString());
  if (to !== '') query.set('to', new Date(to).toISOString());
  if (lease.trim() !== '') query.set('lease', lease.trim());
  if (text.trim() !== '') query.set('text', text.trim());
  return query;
}
