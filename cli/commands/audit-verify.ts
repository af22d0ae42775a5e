import { anchorsOfFile } from '../anchor-file.ts';
import { type Verdict, verdictSchema } from '../audit-answers.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';

const reasons: Readonly<Record<string, string>> = {
  row: 'that row does not follow from the ones before it: something was changed, taken out or put in',
  anchor: 'the trail does not contain what was written down: its tail was cut, or made anew',
  head: 'the ledger remembers another last row: its tail was cut',
};

export async function verify(
  { client, out }: Context,
  { anchor = [], anchorFile }: { readonly anchor?: readonly string[]; readonly anchorFile?: string },
): Promise<void> {
  const given = [...anchor, ...(anchorFile === undefined ? [] : await anchorsOfFile(anchorFile))];
  const query = given.length === 0 ? '' : `?${new URLSearchParams({ anchor: given.join(',') })}`;
  const verdict = await client(`/api/audit/verify${query}`, verdictSchema);
  const { ok, rows, hash, isKeyed, firstBad, reason } = verdict;
  if (!ok) {
    const sentence = `the audit trail is not as it was written from row ${firstBad ?? rows + 1} on: ${reasons[reason ?? 'row'] ?? ''}`;
    throw new Failure('refused', 'AUDIT_BROKEN', sentence, { found: verdict });
  }
  out.say(`${out.paint('green', 'sound')}: ${rows} rows, each following from the one before`);
  out.say(`  anchor ${rows}:${hash}`);
  out.say('  (write it down elsewhere: given with --anchor later, it shows a tail that was cut or made anew)');
  sayKept(verdict, out);
  if (!isKeyed) {
    const why = 'whoever can write to the database could have made all of it anew; set CURFEW_AUDIT_KEY';
    out.say(out.paint('yellow', `  without a key: ${why}`));
  }
  out.data(verdict);
}

function sayKept({ anchors }: Verdict, out: Context['out']): void {
  if (anchors === undefined) return;
  const { kept, newestAt, error } = anchors;
  const newest = newestAt === undefined ? '' : `, the newest of ${newestAt}`;
  const held = `  held against ${kept} kept anchors${newest}`;
  out.say(error === undefined ? held : out.paint('yellow', `  the kept anchors could not be read (${error})`));
}
