import { describe, expect, it } from 'vitest';
import { auditHash, chain, genesis, genesisHash } from '../../../shared/ledger/audit-chain.ts';
import { ChainCheck, type StoredLink } from '../../../shared/ledger/chain-check.ts';
import type { AuditAnchor } from '../../../shared/reconcile/audit-trail.ts';
import { chance } from '../../sim/prng.ts';

const key = 'the key of the chain';
const length = 40;

/** A chain as it would be stored. */
function stored(keyOf: (n: number) => string | undefined): StoredLink[] {
  let head = genesis;
  return Array.from({ length }, (_, index) => {
    const entry = { kind: 'lease.state', leaseId: `l${index % 5}`, actor: 'curfew', data: { step: index } };
    const [link] = chain(head, 1_000 * index, [entry], keyOf(index + 1));
    if (!link) throw new Error('nothing was chained');
    head = link.row;
    return { n: link.row.n, body: link.body, hash: link.row.hash };
  });
}

function verify(links: readonly StoredLink[], keys: readonly string[], anchors: readonly AuditAnchor[] = []) {
  const check = new ChainCheck(keys, anchors);
  for (const link of links) if (!check.add(link)) break;
  return check.finish();
}

const whole = stored(() => key);
const anchorAt = (links: readonly StoredLink[], n: number): AuditAnchor => ({ n, hash: links[n - 1]?.hash ?? '' });
const lastAnchor = anchorAt(whole, length);

/** Everything after a place made anew, its numbers too, by somebody who has the wrong key or none. */
function rechained(links: readonly StoredLink[], from: number, wrongKey: string | undefined): StoredLink[] {
  let hash = links[from - 1]?.hash ?? genesisHash;
  return links.map((link, index) => {
    if (index < from) return link;
    const body = link.body.replace(/"n":\d+/, `"n":${index + 1}`).replace('curfew', 'nobody');
    hash = auditHash(hash, body, wrongKey);
    return { n: index + 1, body, hash };
  });
}

type Random = (below: number) => number;

/** Kinds of tampering by whoever owns the database and not the key. */
const tamperings: Readonly<Record<string, (links: StoredLink[], random: Random) => StoredLink[]>> = {
  'a flipped bit': (links, random) => {
    const at = random(length);
    const link = links[at] as StoredLink;
    const bytes = Buffer.from(link.body);
    const place = random(bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << random(7));
    return links.with(at, { ...link, body: bytes.toString('latin1') });
  },
  'a changed hash': (links, random) => {
    const at = random(length);
    const link = links[at] as StoredLink;
    const place = random(64);
    const digit = ((Number.parseInt(link.hash.charAt(place), 16) + 1 + random(15)) % 16).toString(16);
    return links.with(at, { ...link, hash: link.hash.slice(0, place) + digit + link.hash.slice(place + 1) });
  },
  'rows deleted': (links, random) => {
    const at = random(length);
    return links.toSpliced(at, 1 + random(length - at));
  },
  'rows deleted and the rest numbered and chained anew': (links, random) => {
    const at = random(length - 1);
    return rechained(links.toSpliced(at, 1), at, undefined);
  },
  'a row put in': (links, random) => {
    const at = random(length);
    const copy = links[random(length)] as StoredLink;
    return rechained(links.toSpliced(at, 0, copy), at, undefined);
  },
  'a copy put in': (links, random) => links.toSpliced(random(length), 0, links[random(length)] as StoredLink),
  'two rows swapped': (links, random) => {
    const [one, other] = [random(length), random(length - 1)];
    const second = other >= one ? other + 1 : other;
    return links.with(one, links[second] as StoredLink).with(second, links[one] as StoredLink);
  },
  'a tail cut off': (links, random) => links.slice(0, random(length)),
  'a suffix made anew without a key': (links, random) => rechained(links, random(length), undefined),
  'a suffix made anew with another key': (links, random) => rechained(links, random(length), `guess ${random(99)}`),
};

describe('a chain of keyed hashes', () => {
  it('is sound as it was written', () => {
    expect(verify(whole, [key], [lastAnchor])).toEqual({
      rows: length,
      ok: true,
      hash: lastAnchor.hash,
      isKeyed: true,
    });
  });

  it('shows each of ten thousand random tamperings', () => {
    const kinds = Object.entries(tamperings);
    const missed: string[] = [];
    for (let seed = 1; seed <= 10_000; seed += 1) {
      const { int } = chance(seed, 'tampering');
      const [name, tamper] = kinds[seed % kinds.length] ?? kinds[0] ?? ['', () => []];
      const links = tamper([...whole], (below) => int(0, below - 1));
      if (JSON.stringify(links) === JSON.stringify(whole)) continue;
      if (verify(links, [key], [lastAnchor]).ok) missed.push(`${name} with seed ${seed}`);
    }
    expect(missed).toEqual([]);
  });

  it('says where a row does not follow', () => {
    const links = whole.with(6, { ...(whole[6] as StoredLink), body: '{}' });
    expect(verify(links, [key])).toMatchObject({ ok: false, rows: 6, firstBad: 7, reason: 'row' });
  });

  it('shows a cut tail by the head alone, and only by an anchor where the head was moved too', () => {
    const cut = whole.slice(0, 30);
    const check = new ChainCheck([key]);
    for (const link of cut) check.add(link);

    expect(check.finish(lastAnchor)).toMatchObject({ ok: false, reason: 'head' });
    expect(verify(cut, [key])).toMatchObject({ ok: true });
    expect(verify(cut, [key], [lastAnchor])).toMatchObject({ ok: false, firstBad: 31, reason: 'anchor' });
  });

  it('takes rows of an old key and of a new one, also side by side while it is changed', () => {
    const links = stored((n) => (n < 10 || n === 12 ? 'old' : 'new'));

    expect(verify(links, ['new', 'old'])).toMatchObject({ ok: true });
    expect(verify(links, ['new'])).toMatchObject({ ok: false, firstBad: 1 });
  });

  it('takes rows from before the first key only up to an anchor', () => {
    const links = stored((n) => (n <= 20 ? undefined : key));

    expect(verify(links, [key])).toMatchObject({ ok: false, firstBad: 1 });
    expect(verify(links, [key], [anchorAt(links, 20)])).toMatchObject({ ok: true });
    expect(verify(links, [key], [anchorAt(links, 19)])).toMatchObject({ ok: false, firstBad: 20 });
    expect(verify(rechained(links, 5, undefined), [key], [anchorAt(links, 20)])).toMatchObject({ ok: false });
  });

  it('says of a chain without a key that it has none', () => {
    expect(
      verify(
        stored(() => undefined),
        [],
      ),
    ).toMatchObject({ ok: true, isKeyed: false });
  });
});
