import { nextLink } from '../../shared/runtime/next-link.ts';
import { setServerTime } from '../browser/now.ts';
import { ApiProblem } from './problem.ts';

type Options = { readonly method?: string; readonly body?: unknown; readonly signal?: AbortSignal };

/** The last answers that bore an ETag: asking for one again costs a line where nothing has changed. */
const kept = new Map<string, { readonly etag: string; readonly value: unknown }>();
const keptMax = 200;

/** Calls the API; whatever is not the answer that was asked for is thrown as an ApiProblem. */
export async function call<T>(path: string, { method = 'GET', body, signal }: Options = {}): Promise<T> {
  const known = method === 'GET' ? kept.get(path) : undefined;
  const response = await answerTo(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      // No other site can send it without being asked first: who has it came from this page.
      ...(method !== 'GET' && { 'x-curfew-csrf': '1' }),
      ...(known && { 'if-none-match': known.etag }),
    },
    cache: 'no-store',
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  setServerTime(response.headers.get('date'));
  if (response.status === 304 && known) return known.value as T;
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, text);
  const value = text === '' ? undefined : JSON.parse(text);
  if (method === 'GET') keep(path, response.headers.get('etag'), value);
  return value as T;
}

/** A file that the API gives, piece by piece; `next` is the address of the next one. */
export async function readFile(path: string) {
  const response = await answerTo(path, { cache: 'no-store' });
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, text);
  const { headers } = response;
  return { text, rows: Number(headers.get('x-curfew-rows')), next: nextLink(headers.get('link')) };
}

async function answerTo(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiProblem({ status: 0, code: 'UNREACHABLE', detail: '', path: '' });
  }
}

function problemOf(status: number, text: string): ApiProblem {
  try {
    const { code, detail, detailZh, path } = JSON.parse(text) as Record<string, unknown>;
    if (typeof code === 'string') {
      const said = { detail: String(detail ?? ''), detailZh: typeof detailZh === 'string' ? detailZh : undefined };
      return new ApiProblem({ status, code, ...said, path: String(path ?? '') });
    }
  } catch {
    // Not from the console itself, but from something before it.
  }
  return new ApiProblem({ status, code: `HTTP_${status}`, detail: '', path: '' });
}

function keep(path: string, etag: string | null, value: unknown): void {
  kept.delete(path);
  if (etag === null) return;
  kept.set(path, { etag, value });
  const [oldest] = kept.keys();
  if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
}
