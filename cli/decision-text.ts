import type { Decision } from './answers.ts';

/** Who decided, and whose agreement it needs; a version is told apart by its first twelve digits. */
export function decisionText({ policies, version, approvals, approvers }: Decision): string {
  const names = policies.length === 0 ? 'no policy' : `the policy ${policies.join(', ')}`;
  const decided = `decided by ${names} (version ${version.slice(0, 12)})`;
  if (approvals === 0) return `${decided}; nobody has to approve`;
  const groups = approvers.length === 0 ? '' : ` of ${approvers.join(' and ')}`;
  return `${decided}; ${approvals} ${approvals === 1 ? 'person' : 'people'}${groups} must approve, and not who asked`;
}
