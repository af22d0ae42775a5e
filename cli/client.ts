import type * as z from 'zod/mini';
import { problemSchema } from './answers.ts';
import type { Connection } from './connection.ts';
import type { Lang } from './context.ts';
import { Failure } from './failure.ts';

type Call = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
};
export type Client = <Schema extends z.ZodMiniType>(
  path: string,
  schema: Schema,
  call?: Call,
) => Promise<z.infer<Schema>>;

/** A listing of a whole account may take its time; the console itself gives up after 30 s. */
const timeoutMs = 35_000;

/**
 * Calls the console's API. What it refuses and what cannot be reached become failures. Looks for the console only
 * when it is first called, so that a mistyped option is told before a console that is not there.
 */
export function createClient(connect: () => Promise<Connection>, lang: Lang = 'en'): Client {
  let connection: Promise<Connection> | undefined;
  return async (path, schema, { method = 'GET', body } = {}) => {
    connection ??= connect();
    const { server, token } = await connection;
    const response = await reach(`${server}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = await response.json().catch(() => undefined);
    if (!response.ok) throw failureOf(response.status, value, { server, lang });
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new Failure(
      'unreachable',
      'NOT_A_CONSOLE',
      `what answers at ${server} is no console of Curfew, or a newer one`,
    );
  };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { origin } = new URL(url);
    const sentence = `could not reach the console at ${origin}: ${reasonOf(error)}; is it running?`;
    throw new Failure('unreachable', 'UNREACHABLE', sentence);
  }
}

/** `fetch failed` says nothing: its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : error.message;
}

function failureOf(
  status: number,
  value: unknown,
  { server, lang }: { readonly server: string; readonly lang: Lang },
): Failure {
  const problem = problemSchema.safeParse(value).data;
  if (status === 401) {
    return new Failure(
      'refused',
      'UNAUTHENTICATED',
      `the console at ${server} does not know this token (--token, CURFEW_TOKEN)`,
    );
  }
  const kind = status >= 500 || !problem ? 'unreachable' : 'refused';
  const code = problem?.code ?? `HTTP_${status}`;
  const sentence = lang === 'zh' ? (problem?.detailZh ?? problem?.detail) : problem?.detail;
  return new Failure(kind, code, sentence ?? `the server at ${server} answered ${status}`, {
    path: problem?.path,
  });
}
