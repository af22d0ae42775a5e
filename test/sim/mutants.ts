import type { Lease } from '../../shared/lease/lease.ts';
import type { Change, RuleApi } from '../../shared/reconcile/cloud-port.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { Operation, RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { ruleKey } from '../../shared/rule/identity.ts';
import type { ListedRule, Rule } from '../../shared/rule/rule.ts';
import { readStamp, writeDescription } from '../../shared/rule/stamp.ts';
import type { Target } from '../../shared/rule/target.ts';
import { stampKeys, type Wraps } from './platform.ts';
import type { TxHook } from './watched-ledger.ts';

/**
 * A planted bug: production code with one of its safeguards taken away from outside, by wrapping what it talks to.
 * Whatever the simulation does not notice, it would not notice in the code either.
 */
export type Mutant = { readonly tx?: TxHook; readonly wraps?: Wraps };
type Make = () => Mutant;

const onTx = (change: (tx: LedgerTx, processName: string) => Partial<LedgerTx>): Mutant => ({
  tx: (tx, processName) => Object.assign(tx, change(tx, processName)),
});
const onApi = (change: (api: RuleApi) => Partial<RuleApi>): Mutant => ({
  wraps: { api: (api) => ({ ...api, ...change(api) }) },
});

/** The same message is accepted every time it comes. */
const noDedupe: Make = () => {
  let copies = 0;
  return onTx((tx) => {
    const insertLeases = tx.insertLeases.bind(tx);
    const insertMessages = tx.insertMessages.bind(tx);
    return {
      findMessages: async () => [],
      insertMessages: async (rows) => (await insertMessages(rows)).map(() => true),
      insertLeases: async (leases, links) => {
        const there = await tx.findLeaseIds(leases);
        copies += 1;
        const renamed = (lease: Lease) => ({ ...lease, requestId: `${lease.requestId}~${copies}` });
        await insertLeases(
          leases.map((lease, index) => (there[index] === undefined ? lease : renamed(lease))),
          links,
        );
      },
    };
  });
};

/** Nobody looks before the first call: what is not known is taken for absent. */
const noFirstLook: Make = () =>
  onApi((api) => {
    let hasSent = false;
    return {
      describe: (target) =>
        hasSent ? api.describe(target) : Promise.resolve({ kind: 'listed', rules: [], requestIds: [] }),
      send: (...call) => {
        hasSent = true;
        return api.send(...call);
      },
    };
  });

/** A rule is named by what it says instead of by its id. */
const revokeByTuple: Make = () =>
  onApi((api) => ({
    prepare: (target, change) =>
      change.kind === 'revoke'
        ? api.prepare(target, { kind: 'authorize', direction: change.direction, rules: change.rules })
        : api.prepare(target, change),
  }));

/** The call goes out first, and its intent is written down with the next transaction. */
const callBeforeJournal: Make = () => {
  const held: { operations: readonly Operation[] }[] = [];
  return onTx((tx) => {
    const insertOperations = tx.insertOperations.bind(tx);
    const updateOperations = tx.updateOperations.bind(tx);
    const openOperations = tx.openOperations.bind(tx);
    const flush = async () => {
      for (const { operations } of held.splice(0)) await insertOperations(operations);
    };
    return {
      insertOperations: async (operations) => {
        held.push({ operations });
      },
      openOperations: async (keys) => {
        await flush();
        return openOperations(keys);
      },
      updateOperations: async (operations) => {
        await flush();
        await updateOperations(operations);
      },
    };
  });
};

/** The client token is made of what is asked, so that the second grant of a rule is an echo of the first. */
const tokenOfRule: Make = () => ({
  wraps: {
    tokenOf: (_token, kind, request) => `same-${kind}-${hashOf(request.replaceAll(/"description":"[^"]*"/g, ''))}`,
  },
});

function hashOf(text: string): string {
  let hash = 7;
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(16);
}

const onRows = (change: (row: RuleRow, before: RuleRow | undefined, isAnew: boolean) => RuleRow): Mutant =>
  onTx((tx) => {
    const updateRules = tx.updateRules.bind(tx);
    const insertOperations = tx.insertOperations.bind(tx);
    const born = new Set<string>();
    return {
      insertOperations: (operations) => {
        for (const { ruleKeys } of operations) for (const key of ruleKeys) born.add(key);
        return insertOperations(operations);
      },
      updateRules: async (rows) => {
        const before = new Map((await tx.peekRules(rows.map(({ key }) => key))).map((row) => [row.key, row]));
        await updateRules(rows.map((row) => change(row, before.get(row.key), born.has(row.key))));
      },
    };
  });

/** What was sent without an answer is forgotten as soon as a listing lacks it. */
const noHotTail: Make = () => onRows((row) => ({ ...row, hotUntilMs: undefined }));

/** A request that is repeated may land no later than the first one, they thought. */
const hotTailFromIntent: Make = () =>
  onRows((row, before, isAnew) => {
    const isLonger = (row.hotUntilMs ?? 0) > (before?.hotUntilMs ?? Number.POSITIVE_INFINITY);
    return isLonger && !isAnew ? { ...row, hotUntilMs: before?.hotUntilMs } : row;
  });

const onListing = (change: (target: Target, rule: ListedRule) => ListedRule): Mutant =>
  onApi((api) => ({
    describe: async (target) => {
      const look = await api.describe(target);
      return look.kind === 'listed' ? { ...look, rules: look.rules.map((rule) => change(target, rule)) } : look;
    },
  }));

/** Any stamp of ours proves any rule. */
const stampNotBound: Make = () =>
  onListing((target, listed) => {
    const stamp = readStamp(listed.description);
    if (!stamp || !listed.rule) return listed;
    const { description: _, ...rule } = listed.rule;
    return { ...listed, description: writeDescription(stamp, { target, rule, keys: stampKeys }) };
  });

/** A stamp is good whenever its rule was made, and nobody remembers on which ids the earlier ones were. */
const noCreationTime: Make = () => ({
  ...onRows((row) => ({ ...row, seenEarlier: undefined })),
  ...onListing((_target, { createdAtMs: _, ...listed }) => listed),
});

/** Every worker believes that it holds what it once claimed, and that no time passes. */
const noFence: Make = () => {
  const claims = new Map<string, string>();
  const farMs = 9e15;
  return {
    ...onTx((tx, processName) => {
      const claimDue = tx.claimDue.bind(tx);
      const rules = tx.rules.bind(tx);
      const updateRules = tx.updateRules.bind(tx);
      const mine = (row: RuleRow): RuleRow => {
        const claimId = claims.get(`${processName} ${row.key}`);
        return claimId === undefined ? row : { ...row, claimId, claimUntilMs: farMs };
      };
      return {
        rules: async (keys) => (await rules(keys)).map(mine),
        updateRules: (rows) =>
          updateRules(rows.map((row) => ({ ...row, claimId: undefined, claimUntilMs: undefined }))),
        claimDue: async (want) => {
          const rows = await claimDue(want);
          for (const row of rows) claims.set(`${processName} ${row.key}`, want.claimId);
          return rows;
        },
      };
    }),
    wraps: { stopwatch: (stopwatch) => ({ ...stopwatch, monotonicMs: () => 0 }) },
  };
};

/** "Done" is believed: what was sent is taken for open, and what was revoked for gone, until the next visit. */
const trustDone: Make = () =>
  onApi((api) => {
    let last: readonly ListedRule[] = [];
    let believed: readonly ListedRule[] | undefined;
    const changes = new Map<string, Change>();
    return {
      describe: async (target) => {
        if (believed) return { kind: 'listed', rules: believed, requestIds: [] };
        const look = await api.describe(target);
        if (look.kind === 'listed') last = look.rules;
        return look;
      },
      prepare: (target, change) => {
        const request = api.prepare(target, change);
        changes.set(request, change);
        return request;
      },
      send: async (target, kind, direction, request, token) => {
        const answer = await api.send(target, kind, direction, request, token);
        const change = changes.get(request);
        if (answer.kind === 'done' && change) believed = believe(target, believed ?? last, change);
        return answer;
      },
    };
  });

function believe(target: Target, rules: readonly ListedRule[], change: Change): readonly ListedRule[] {
  if (change.kind === 'revoke') return rules.filter(({ ruleId }) => !change.ruleIds.includes(ruleId ?? ''));
  if (change.kind === 'modify') return rules;
  const keys = change.rules.map((rule) => ruleKey(target, rule));
  const kept = rules.filter(({ rule }) => !rule || !keys.includes(ruleKey(target, rule)));
  return [...kept, ...change.rules.map((rule) => ({ rule, description: rule.description ?? '' }))];
}

/** An undoing that failed three times is left to whoever finds it. */
const givesUp: Make = () =>
  onRows((row) => (row.attempts >= 3 ? { ...row, dueMs: { ...row.dueMs, revoke: undefined, grant: undefined } } : row));

/** A claim never runs out: whoever holds it will surely let it go. */
const claimForEver: Make = () =>
  onTx((tx) => {
    const claimDue = tx.claimDue.bind(tx);
    return { claimDue: (want) => claimDue({ ...want, untilMs: 9e15 }) };
  });

/** An extension is said to be taken, and is not written down. */
const extensionForgotten: Make = () =>
  onTx((tx) => {
    const updateLeases = tx.updateLeases.bind(tx);
    return {
      updateLeases: async (rows) => {
        const before = new Map((await tx.leases(rows.map(({ id }) => id))).map((lease) => [lease.id, lease]));
        const kept = rows.map((row) => {
          const expiresAtMs = Math.min(row.expiresAtMs, before.get(row.id)?.expiresAtMs ?? row.expiresAtMs);
          return { ...row, expiresAtMs };
        });
        await updateLeases(kept);
      },
    };
  });

/** A rule has one lease, the first: the end of that is the end of the rule. */
const oneLeaseARule: Make = () =>
  onTx((tx) => {
    const linksOfRules = tx.linksOfRules.bind(tx);
    return {
      linksOfRules: async (keys, of) => {
        const links = await linksOfRules(keys, of);
        return links.filter((link, index) => links.findIndex(({ ruleKey }) => ruleKey === link.ruleKey) === index);
      },
    };
  });

/** A look that failed passes for one at an empty group. */
const failedLookIsEmpty: Make = () =>
  onApi((api) => ({
    describe: async (target) => {
      const look = await api.describe(target);
      return look.kind === 'listed' ? look : { kind: 'listed', rules: [], requestIds: [] };
    },
  }));

/** A listing is as of now, they thought. */
const lagIgnored: Make = () => onApi(({ abilities }) => ({ abilities: { ...abilities, readLagMs: 0 } }));

/** A rule that was taken away is put back without what people had written about it. */
const putBackBare: Make = () =>
  onApi((api) => ({
    prepare: (target, change) => {
      if (change.kind !== 'authorize') return api.prepare(target, change);
      const bare = (rule: Rule): Rule => {
        const { description, ...rest } = rule;
        return readStamp(description ?? '') ? rule : rest;
      };
      return api.prepare(target, { ...change, rules: change.rules.map(bare) });
    },
  }));

/** What a recovery finds is written down, and nobody remembers until when it is wanted. */
const recoveryForgets: Make = () =>
  onTx((tx) => {
    const insertLeases = tx.insertLeases.bind(tx);
    return {
      insertLeases: (leases, links) => {
        const kept = leases.filter(({ source }) => source !== 'recovered');
        const ids = new Set(kept.map(({ id }) => id));
        return insertLeases(
          kept,
          links.filter(({ leaseId }) => ids.has(leaseId)),
        );
      },
    };
  });

/** A rule is known by its text alone: whoever blanks that keeps it open. */
const idsNotKept: Make = () => onRows((row) => ({ ...row, ruleId: undefined }));

/** Where a removal names attributes, nobody remembers that one without an answer may still land. */
const lateRemovalForgotten: Make = () =>
  onRows((row) => ({ ...row, lateRemovalUntilMs: undefined, seenAtMs: undefined }));

/** What came before its request is taken, and forgotten. */
const parkedForgotten: Make = () => onTx(() => ({ parkedFor: async () => [] }));

/** Nobody sweeps: every end has its nudge. */
const noSweep: Make = () => ({ wraps: { hasNoSweeps: true } });

/** Planted bugs by name; each is a fresh one for each seed. */
export const mutants: Readonly<Record<string, Make>> = {
  'no-dedupe': noDedupe,
  'no-first-look': noFirstLook,
  'revoke-by-tuple': revokeByTuple,
  'call-before-journal': callBeforeJournal,
  'token-of-rule': tokenOfRule,
  'no-hot-tail': noHotTail,
  'hot-tail-from-intent': hotTailFromIntent,
  'stamp-not-bound': stampNotBound,
  'no-creation-time': noCreationTime,
  'no-fence': noFence,
  'trust-done': trustDone,
  'gives-up': givesUp,
  'claim-for-ever': claimForEver,
  'extension-forgotten': extensionForgotten,
  'one-lease-a-rule': oneLeaseARule,
  'no-sweep': noSweep,
  'failed-look-is-empty': failedLookIsEmpty,
  'lag-ignored': lagIgnored,
  'put-back-bare': putBackBare,
  'recovery-forgets': recoveryForgets,
  'parked-forgotten': parkedForgotten,
  'late-removal-forgotten': lateRemovalForgotten,
  'ids-not-kept': idsNotKept,
};
