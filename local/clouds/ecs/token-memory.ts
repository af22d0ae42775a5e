import { createHash } from 'node:crypto';
import { type CloudAnswer, Refusal } from '../wire/answer.ts';
import type { EcsBehaviour } from './behaviour.ts';
import type { TokenRecord } from './group.ts';

type TokenUse = {
  readonly accountId: string;
  readonly regionId: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly nowMs: number;
};

/** Older tokens of a group are forgotten beyond this number, so that its file stays small. */
const TOKENS_PER_GROUP_MAX = 1_000;

/** Remembers client tokens: the same token with the same parameters gets the same answer, and no effect. */
export class TokenMemory {
  readonly #records = new Map<string, TokenRecord>();

  /** The answer that this token already got. Throws if it was used for something else. */
  recall(use: TokenUse, behaviour: EcsBehaviour): CloudAnswer | undefined {
    const record = this.#records.get(keyOf(use));
    if (!record || use.nowMs - record.atMs >= behaviour.tokenTtlSeconds * 1000) {
      return undefined;
    }
    if (record.digest !== digestOf(use)) {
      throw new Refusal(
        behaviour.tokenMismatchStatus,
        'IdempotentParameterMismatch',
        'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests.',
      );
    }
    return { status: record.status, body: record.body };
  }

  /** Notes an answer, new or from a stored group. */
  remember(accountId: string, regionId: string, record: TokenRecord): void {
    this.#records.set(`${accountId}/${regionId}/${record.token}`, record);
  }

  clear(): void {
    this.#records.clear();
  }
}

/** What to remember of an answer. It goes to the store with the group that it concerns. */
export function recordOf(use: TokenUse, answer: CloudAnswer): TokenRecord {
  return {
    token: use.parameters.ClientToken ?? '',
    digest: digestOf(use),
    atMs: use.nowMs,
    status: answer.status,
    body: { ...answer.body },
  };
}

/** A group's token records with one more, the expired and the oldest left out. */
export function withRecord(
  records: readonly TokenRecord[],
  record: TokenRecord,
  { tokenTtlSeconds }: EcsBehaviour,
): TokenRecord[] {
  const live = records.filter(
    ({ token, atMs }) => token !== record.token && record.atMs - atMs < tokenTtlSeconds * 1000,
  );
  return [...live, record].slice(-TOKENS_PER_GROUP_MAX);
}

function keyOf({ accountId, regionId, parameters }: TokenUse): string {
  return `${accountId}/${regionId}/${parameters.ClientToken ?? ''}`;
}

function digestOf({ action, parameters }: TokenUse): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([action, sorted]))
    .digest('hex');
}
