import { useTexts } from '../app/preferences.tsx';
import { useNowEvery } from '../browser/now.ts';
import { instantText, lengthOf, wholeInstantText } from '../texts/format.ts';

/** An instant by the visitor's clock; the whole of it, with its offset, on demand. */
export function Instant({ at }: { readonly at: string }) {
  const t = useTexts();
  const nowMs = useNowEvery(60_000);
  return (
    <time dateTime={at} title={`${wholeInstantText(at, t)} · ${at}`}>
      {instantText(at, t, nowMs)}
    </time>
  );
}

/** The same as seen from now: `4 min ago`, `in 2 h`. */
export function FromNow({ at }: { readonly at: string }) {
  const t = useTexts();
  const ms = Date.parse(at) - useNowEvery(5_000);
  const length = lengthOf(Math.abs(ms), t).split(' ').slice(0, 2).join(' ');
  return (
    <time dateTime={at} title={wholeInstantText(at, t)}>
      {Math.abs(ms) < 5_000 ? t.time.now : ms > 0 ? t.time.in(length) : t.time.ago(length)}
    </time>
  );
}
