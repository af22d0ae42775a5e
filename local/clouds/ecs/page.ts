import * as z from 'zod';
import { parseJson } from '../../../shared/runtime/parse-json.ts';
import { Refusal } from '../wire/answer.ts';

const cursor = z.strictObject({ of: z.string(), after: z.string() });

/**
 * One page of a list, by a cursor that names the last entry shown, not a position: what is removed
 * between two pages hides nothing of what stays.
 */
export function takePage<Entry>(
  entries: readonly Entry[],
  page: {
    readonly of: string;
    readonly size: number;
    readonly token: string | undefined;
    keyOf(entry: Entry): string;
  },
): { readonly entries: readonly Entry[]; readonly nextToken: string } {
  const after = page.token ? openToken(page.token, page.of) : '';
  const rest = entries.filter((entry) => page.keyOf(entry) > after);
  const shown = rest.slice(0, page.size);
  const last = shown.at(-1);
  const isMore = last !== undefined && rest.length > shown.length;
  return { entries: shown, nextToken: isMore ? sealToken({ of: page.of, after: page.keyOf(last) }) : '' };
}

function sealToken(value: z.infer<typeof cursor>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function openToken(token: string, of: string): string {
  const parsed = cursor.safeParse(parseJson(Buffer.from(token, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data.of !== of) {
    throw new Refusal(400, 'InvalidParameter.NextToken', 'The specified parameter "NextToken" is not valid.');
  }
  return parsed.data.after;
}
