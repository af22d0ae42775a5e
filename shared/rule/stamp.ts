import { createHmac, timingSafeEqual } from 'node:crypto';
import { ruleKey } from './identity.ts';
import { formatInstant } from './instant.ts';
import type { ListedRule, Rule } from './rule.ts';
import type { Target } from './target.ts';

/**
 * The mark that says in the cloud itself whose a rule is and until when:
 * `OPS-1234 until 2026-12-01T11:00:00Z, temporary, removed automatically [curfew1 <operation> <intent> <end> <mac>]`.
 * A person reads the front, we read the bracket. The MAC binds it to one group and one rule, so that a copied
 * text proves nothing elsewhere.
 */
export type Stamp = {
  readonly operationId: string;
  readonly intendedAtMs: number;
  readonly endsAtMs: number;
};

/** How long after the intent our request may still land: 10 min of sending again, a claim of 45 s, 16 min in flight. */
export const landingMs = 27 * 60_000;
const clockSlackMs = 10_000;
const descriptionMax = 512;
const markMax = 200;
const form = /\[curfew1 ([0-9a-z]{26}) ([0-9a-z]{6,8}) ([0-9a-z]{6,8}) ([0-9A-Za-z_-]{22})\]$/;

/** The Description to send: the requester's own text, cut to what the mark leaves of 512 characters, then the mark. */
export function writeDescription(
  stamp: Stamp,
  of: { target: Target; rule: Rule; ticket?: string | undefined; keys: readonly string[] },
): string {
  const [key] = of.keys;
  if (key === undefined) throw new Error('no stamp key is configured (CURFEW_STAMP_KEYS)');
  const bracket = `[curfew1 ${stamp.operationId} ${seconds(stamp.intendedAtMs)} ${seconds(stamp.endsAtMs)} ${mac(stamp, of.target, of.rule, key)}]`;
  const words = `until ${formatInstant(stamp.endsAtMs)}, temporary, removed automatically `;
  const ticket = printable(of.ticket ?? '', markMax - bracket.length - words.length - 1);
  const mark = `${ticket === '' ? '' : `${ticket} `}${words}${bracket}`;
  const own = printable(of.rule.description ?? '', descriptionMax - mark.length - 3);
  return own === '' ? mark : `${own} | ${mark}`;
}

/** The stamp in a Description, its MAC not yet checked; undefined where there is none. */
export function readStamp(description: string): (Stamp & { mac: string }) | undefined {
  const parts = form.exec(description.trim());
  if (!parts) return undefined;
  const [, operationId = '', intent = '', end = '', code = ''] = parts;
  return { operationId, intendedAtMs: milliseconds(intent), endsAtMs: milliseconds(end), mac: code };
}

/** What stands before the bracket: the part for people. */
export const readFront = (description: string): string => description.trim().replace(form, '').trim();

/**
 * The stamp of a listed rule if it proves that we made this very rule: the MAC fits this group and rule under one
 * of the keys, and the rule was created while our request could land. A copy made later fails the second.
 */
export function provenStamp(target: Target, listed: ListedRule, keys: readonly string[]): Stamp | undefined {
  const stamp = readStamp(listed.description);
  const rule = listed.rule;
  if (!stamp || !rule) return undefined;
  const fits = keys.some((key) => sameText(mac(stamp, target, rule, key), stamp.mac));
  if (!fits) return undefined;
  const created = listed.createdAtMs ?? stamp.intendedAtMs;
  const inTime = created >= stamp.intendedAtMs - clockSlackMs && created <= stamp.intendedAtMs + landingMs;
  return inTime ? stamp : undefined;
}

function mac(stamp: Stamp, target: Target, rule: Rule, key: string): string {
  const text = [
    'curfew1',
    ruleKey(target, rule),
    stamp.operationId,
    seconds(stamp.intendedAtMs),
    seconds(stamp.endsAtMs),
  ];
  return createHmac('sha256', key).update(text.join('|')).digest('base64url').slice(0, 22);
}

const seconds = (ms: number): string => Math.floor(ms / 1000).toString(36);
const milliseconds = (text: string): number => Number.parseInt(text, 36) * 1000;

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Without control characters, brackets that could feign a stamp, or a start that the API refuses (http://). */
function printable(text: string, max: number): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/[[\]]/g, '')
    .replace(/^https?:\/\//i, '')
    .trim();
  return [...plain].slice(0, Math.max(0, max)).join('').trim();
}
