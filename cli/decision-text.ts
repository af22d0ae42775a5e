import type { Decision } from './answers.ts';
import type { Texts } from './texts/en.ts';

/** Who decided, and whose agreement it needs; a version is told apart by its first twelve digits. */
export function decisionText({ policies, version, approvals, approvers }: Decision, { decision }: Texts): string {
  const agreed = approvals === 0 ? decision.freely : decision.approvedBy(approvals, approvers);
  return `${decision.by(policies, version.slice(0, 12))}${agreed}`;
}
