import type { Policy } from '../config/compiled-policy.ts';

/** What a policy says beside its conditions. */
export type Approval = Pick<Policy, 'id' | 'reason' | 'reasonZh' | 'approvals' | 'approvers'>;

const known = ['id', 'reason', 'reason_zh', 'approvals', 'approvers', 'note'];

/** Reads them, or says what is wrong: a slip in a name would lift an approval without a word. */
export function readAnnotations(
  effect: 'permit' | 'forbid',
  annotations: Readonly<Record<string, string>>,
): Approval | string {
  const { id, reason, reason_zh: reasonZh, approvals, approvers } = annotations;
  if (id === undefined || !/^[A-Za-z0-9][\w.:-]{0,127}$/.test(id)) {
    return 'a policy needs a name for answers and audit: @id("sre-may-open-ssh"), letters, digits, - _ . :';
  }
  const stranger = Object.keys(annotations).find((name) => !known.includes(name));
  if (stranger !== undefined) return `there is no @${stranger}; there is @${known.join(', @')}`;
  if (effect === 'forbid' && (approvals ?? approvers) !== undefined) {
    return 'a forbid is not lifted by approval: @approvals and @approvers belong to a permit';
  }
  if (approvals !== undefined && !/^[1-9]$/.test(approvals)) return '@approvals must be a number from 1 to 9';
  if (approvers !== undefined && approvals === undefined) return '@approvers needs @approvals: how many of them';
  return { id, reason, reasonZh, approvals: Number(approvals ?? 0), approvers };
}
