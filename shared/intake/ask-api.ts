import { readStrictJsonValue } from '../runtime/strict-json.ts';

export type Asked = { readonly status: number; readonly headers: Headers; readonly body: unknown };

const bodyLengthMax = 4 * 1024 * 1024;

/**
 * One request to a ticketing system's API: POST with a body, else GET. The body is undefined where the answer is not
 * JSON. Redirects are not followed: the address is the configuration's. Rejects when there is no answer.
 */
export async function askApi(
  url: string,
  signal: AbortSignal,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const response = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'curfew', ...headers },
    redirect: 'error',
    signal,
  });
  const text = await response.text();
  const read = text.length > bodyLengthMax ? undefined : readStrictJsonValue(text);
  const value = read && 'value' in read ? read.value : undefined;
  return { status: response.status, headers: response.headers, body: value };
}
