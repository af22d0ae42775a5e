import type * as z from 'zod/mini';
import { parseJson } from '../shared/runtime/parse-json.ts';
import { problemSchema } from './answers.ts';
import type { Connection } from './connection.ts';
import type { Lang } from './context.ts';
import { Failure } from './failure.ts';

type Call = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
};
type Ask = <Schema extends z.ZodMiniType>(path: string, schema: Schema, call?: Call) => Promise<z.infer<Schema>>;
export type Client = Ask & {
  /** What is no JSON: the text of the answer as it came. */
  readonly text: (path: string) => Promise<{ readonly text: string; readonly headers: Headers }>;
};

/** A listing of a whole account may take its time; the console itself gives up after 30 s. */
const timeoutMs = 35_000;

/**
 * Calls the console's API. What it refuses and what cannot be reached become failures. Looks for the console only
 * when it is first called, so that a mistyped option is told before a console that is not there.
 */
export function createClient(connect: () => Promise<Connection>, lang: Lang = 'en'): Client {
  let connection: Promise<Connection> | undefined;
  const send = async (path: string, { method = 'GET', body }: Call = {}) => {
    connection ??= connect();
    const { server, token } = await connection;
    const response = await reach(`${server}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw failureOf(response.status, parseJson(text), { server, lang });
    return { server, text, headers: response.headers };
  };
  const ask: Ask = async (path, schema, call) => {
    const { server, text } = await send(path, call);
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new Failure(
      'unreachable',
      'NOT_A_CONSOLE',
      `what answers at ${server} is no console of Curfew, or a newer one`,
    );
  };
  return Object.assign(ask, { text: (path: string) => send(path) });
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
