import type { Decision } from './answers.ts';

/** Who decided, and whose agreement it needs; a version is told apart by its first twelve digits. */
export function decisionText({ policies, version, approvals, approvers }: Decision): string {
  const names = policies.length === 0 ? 'no policy' : `the policy ${policies.join(', ')}`;
  const decided = `decided by ${names} (version ${version.slice(0, 12)})`;
  if (approvals === 0) return `${decided}; nobody has to approve`;
  const who = approvers.length === 0 ? 'who did not ask' : `in ${approvers.join(' and ')}, who did not ask`;
  return `${decided}; ${approvals} ${approvals === 1 ? 'person' : 'people'} ${who}, must approve`;
}
