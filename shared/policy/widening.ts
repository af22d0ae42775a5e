import { contains } from '../rule/cidr.ts';
import { portsOf } from '../rule/port-range.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { peerOf, type Rule } from '../rule/rule.ts';
import { peerBlockOf } from '../rule/rule-set.ts';

/**
 * Whether more becomes reachable by a change: judged by what is let through afterwards and was not before. Taking a
 * drop away, weakening it or covering less with it opens; so does accepting more, or sooner. In doubt it widens.
 */
export function widens(before: Rule, after: Rule | undefined): boolean {
  if (after === undefined) return before.policy === 'drop';
  if (before.policy === 'accept' && after.policy === 'drop') return false;
  if (before.policy === 'drop' && after.policy === 'accept') return true;
  // The lower number wins: an accept must not gain rank, a drop must not lose any.
  if (after.policy === 'accept') return after.priority < before.priority || !covers(before, after);
  return after.priority > before.priority || !covers(after, before);
}

/** Every packet that `inner` is about is one that `outer` is about. */
export function covers(outer: Rule, inner: Rule): boolean {
  return (
    outer.direction === inner.direction &&
    coversProtocol(outer, inner) &&
    coversPorts(outer, inner) &&
    coversSourcePorts(outer, inner) &&
    coversPeer(outer, inner) &&
    sameOtherSide(outer, inner)
  );
}

const coversProtocol = (outer: Rule, inner: Rule): boolean =>
  outer.ipProtocol === 'all' || outer.ipProtocol === inner.ipProtocol;

function coversPorts(outer: Rule, inner: Rule): boolean {
  if (outer.ipProtocol === 'all') return true;
  if (outer.portRangeListId !== undefined || inner.portRangeListId !== undefined) {
    return outer.portRangeListId === inner.portRangeListId && outer.portRange === inner.portRange;
  }
  return coversRange(outer.portRange ?? '', inner.portRange ?? '');
}

function coversSourcePorts(outer: Rule, inner: Rule): boolean {
  if (outer.sourcePortRange === undefined) return true;
  return inner.sourcePortRange !== undefined && coversRange(outer.sourcePortRange, inner.sourcePortRange);
}

function coversRange(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  const [a, b] = [portsOf(outer), portsOf(inner)];
  return a !== undefined && b !== undefined && a.from <= b.from && b.to <= a.to;
}

function coversPeer(outer: Rule, inner: Rule): boolean {
  const [a, b] = [peerBlockOf(outer), peerBlockOf(inner)];
  if (a && b) return contains(a, b);
  const [peer, other] = [peerOf(outer), peerOf(inner)];
  return peer !== undefined && peer.kind === other?.kind && peer.value === other.value;
}

/** The near end of a five-tuple. */
function sameOtherSide(outer: Rule, inner: Rule): boolean {
  const near = (rule: Rule) =>
    rule.direction === 'ingress'
      ? (rule.destCidrIp ?? rule.ipv6DestCidrIp)
      : (rule.sourceCidrIp ?? rule.ipv6SourceCidrIp);
  return near(outer) === undefined || near(outer) === near(inner);
}

/** The refusal of a change that widens, unless the guards allow it. */
export function checkWidening(mayWiden: boolean, before: Rule, after: Rule | undefined): Refusal | undefined {
  if (mayWiden || !widens(before, after)) return undefined;
  const what = after === undefined ? 'taking this drop away' : 'this change';
  return refusal(
    'WIDENING_REFUSED',
    `${what} lets more through than before, and its way back would stand in the ledger alone; open a rule of your own instead (authorize), or allow it in guards.yaml`,
    '/rules',
  );
}
