import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Approval } from './policy-annotations.ts';

/** What a requester reads of a decision, in both languages. */

export function forbidden(by: Approval): Refusal {
  const en = by.reason ?? 'no reason is given';
  const zh = by.reasonZh ?? by.reason ?? '未说明原因';
  return denied(`the policy "${by.id}" forbids this: ${en}`, `策略“${by.id}”禁止此操作：${zh}`);
}

/** `nearest`: policies about this person, action and group, of which some condition does not hold. */
export function notAllowed(nearest: readonly Approval[]): Refusal {
  if (nearest.length === 0) return denied('no policy allows this', '没有任何策略允许此操作');
  const en = nearest.map(({ id, reason }) => (reason === undefined ? `"${id}"` : `"${id}" (${reason})`));
  const zh = nearest.map(({ id, reason, reasonZh }) => {
    const words = reasonZh ?? reason;
    return words === undefined ? `“${id}”` : `“${id}”（${words}）`;
  });
  return denied(
    `no policy allows this; nearest is ${en.join(', ')}, whose conditions are not met`,
    `没有任何策略允许此操作；最接近的是${zh.join('、')}，但其条件未满足`,
  );
}

export const notAnApprover = (group: string): Refusal =>
  denied(
    `whoever approves this must be in the group "${group}"; ask one of them`,
    `审批人必须属于“${group}”组，请联系该组成员`,
  );

/** A policy that fails is skipped by the engine, a forbid too: what cannot be judged is denied. */
export const undecided = (what: string, message: string): Refusal => ({
  ...refusal('POLICY_ERROR', `${what} could not be evaluated, so nothing is allowed: ${message}`),
  messageZh: `${what} 无法求值，因此不予允许：${message}`,
});

const denied = (message: string, messageZh: string): Refusal => ({ ...refusal('POLICY_DENIED', message), messageZh });
