/**
 * `node bin/run.js bench/scale/simulate.ts`: ten million active leases over a hundred accounts, in virtual time: a
 * month's ends, minute by minute, against the quotas of each account. Supports the figures of docs/scale.md.
 */

/** What is assumed of the load and of the cloud, and how it is divided. */
const plan = {
  accounts: 100,
  regionsPerAccount: 2,
  groupsPerRegion: 500,
  activeLeases: 10_000_000,
  /** A lease lasts so long on average, so that so many end in a minute. */
  leaseHours: 8,
  /** Calls a minute of each API, account and region. */
  callsPerMinute: 200,
  /** Working hours have so many times the ends of the average minute. */
  peak: 3,
  /** The minutes of one working day that are simulated, the peak in its middle. */
  minutes: 24 * 60,
  /** Deployments with a ledger of their own, each for its share of the accounts. */
  ledgers: 20,
};

type Place = { readonly waiting: Map<number, number>; readonly since: Map<number, number> };

/** One seeded source of chance, so that a run can be repeated. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** How many ends fall into a minute of the day, in one account and region. */
function endsIn(minute: number, random: () => number): number {
  const average = plan.activeLeases / (plan.accounts * plan.regionsPerAccount) / (plan.leaseHours * 60);
  const isBusy = minute >= 9 * 60 && minute < 18 * 60;
  const share = isBusy ? plan.peak : (24 - 9 * plan.peak) / 15;
  const expected = average * Math.max(0.05, share);
  return Math.floor(expected + Math.sqrt(expected) * (random() + random() + random() - 1.5) * 2);
}

/** One account and region through a day: ends pile up in groups, and each call takes up to a hundred of one group. */
function runPlace(seed: number) {
  const random = chance(seed);
  const place: Place = { waiting: new Map(), since: new Map() };
  const seen = { ends: 0, revokes: 0, looks: 0, lateMinutes: 0, busiest: 0, backlogMax: 0 };
  for (let minute = 0; minute < plan.minutes; minute += 1) {
    const ends = Math.max(0, endsIn(minute, random));
    seen.ends += ends;
    for (let index = 0; index < ends; index += 1) {
      const group = Math.floor(random() * plan.groupsPerRegion);
      place.waiting.set(group, (place.waiting.get(group) ?? 0) + 1);
      if (!place.since.has(group)) place.since.set(group, minute);
    }
    let calls = 0;
    for (const [group, rules] of place.waiting) {
      const needed = Math.ceil(rules / 100);
      if (calls + needed > plan.callsPerMinute) break;
      calls += needed;
      seen.lateMinutes = Math.max(seen.lateMinutes, minute - (place.since.get(group) ?? minute));
      place.waiting.delete(group);
      place.since.delete(group);
    }
    seen.revokes += calls;
    // A look before and one after; those that only confirm are put off where the quota is used up.
    seen.looks += Math.min(2 * calls, plan.callsPerMinute);
    seen.busiest = Math.max(seen.busiest, calls);
    seen.backlogMax = Math.max(seen.backlogMax, place.waiting.size);
  }
  return seen;
}

const places = Array.from({ length: plan.accounts * plan.regionsPerAccount }, (_, index) => runPlace(index + 1));
const sum = (of: (one: (typeof places)[number]) => number) => places.reduce((total, one) => total + of(one), 0);
const ends = sum((one) => one.ends);
const peakPerSecond = ((plan.activeLeases / (plan.leaseHours * 3600)) * plan.peak) | 0;
console.table({
  'leases that end in a day': ends,
  'ends a second at the peak': peakPerSecond,
  'revoke calls in a day': sum((one) => one.revokes),
  'looks in a day': sum((one) => one.looks),
  'rules in one call on average': Math.round((ends / sum((one) => one.revokes)) * 10) / 10,
  'busiest minute of one account and region, calls': Math.max(...places.map((one) => one.busiest)),
  'longest wait for the quota, minutes': Math.max(...places.map((one) => one.lateMinutes)),
  'groups waiting at most, one account and region': Math.max(...places.map((one) => one.backlogMax)),
  ledgers: plan.ledgers,
  'active leases in one ledger': plan.activeLeases / plan.ledgers,
  'requests a second and ledger at the peak, and as many ends': Math.ceil(peakPerSecond / plan.ledgers),
});
