import type { ListedRule, Rule } from '../rule/rule.ts';
import type { Stamp } from '../rule/stamp.ts';
import type { RuleApi } from './cloud-port.ts';
import type { Identified } from './ownership.ts';

/** A listed rule that is proved to be ours by its stamp. */
export type Stamped = Identified & {
  readonly key: string;
  readonly stamp: Stamp;
  readonly listed: ListedRule & { readonly rule: Rule };
};

export const isStamped = (one: Identified): one is Stamped =>
  one.stamp !== undefined && one.key !== undefined && one.listed.rule !== undefined;

/** What tells it from others of its group: its id, or on a cloud without ids what it is. */
export const nameOf = (one: Stamped): string => one.listed.ruleId ?? one.key;

/** As many rules of one direction as one call takes, by count and by bytes. */
export function fillBatch(rules: readonly Stamped[], api: RuleApi, most: number): readonly Stamped[] {
  const batch: Stamped[] = [];
  let bytes = 0;
  for (const one of rules) {
    if (one.listed.rule.direction !== rules[0]?.listed.rule.direction) continue;
    bytes += api.bytesOf(one.listed.rule);
    const isFull = batch.length >= most || bytes > api.abilities.batchBytesMax;
    if (batch.length > 0 && isFull) break;
    batch.push(one);
  }
  return batch;
}
