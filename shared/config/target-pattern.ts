import { type Target, targetKey } from '../rule/target.ts';

/**
 * Does a pattern of the configuration name this target? `cloud/account/region/group`, or a group's id alone;
 * `*` stands for any characters within one part.
 */
export function matchesTarget(pattern: string, target: Target): boolean {
  const parts = pattern.split('/');
  const names = parts.length === 1 ? [target.securityGroupId] : targetKey(target).split('/');
  return parts.length === names.length && parts.every((part, index) => matchesPart(part, names[index] ?? ''));
}

function matchesPart(part: string, name: string): boolean {
  const pieces = part.split('*').map((piece) => piece.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`).test(name);
}
