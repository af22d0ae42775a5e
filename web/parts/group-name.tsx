import type { Target } from '../api/answers.ts';

/** A group's id, and below it where it is. */
export const GroupName = ({ target }: { readonly target: Target }) => (
  <span className="two-lines">
    <code>{target.securityGroupId}</code>
    <small>{placeOf(target)}</small>
  </span>
);

/** Without what nearly every group has in common. */
export const placeOf = ({ cloud, account, regionId }: Target): string =>
  [cloud === 'ecs' ? undefined : cloud.toUpperCase(), account === 'default' ? undefined : account, regionId]
    .filter((one) => one !== undefined)
    .join(' · ');
