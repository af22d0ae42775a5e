/** Who can be chosen at the local log-in: the people of the shipped policy's examples. */
export type LocalPerson = {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly groups: readonly string[];
  readonly locale: string;
};

export const people: readonly LocalPerson[] = [
  { id: 'lin@example.com', name: 'Lin', role: 'SRE: asks', groups: ['sre'], locale: 'en' },
  {
    id: 'wei@example.com',
    name: 'Wei',
    role: 'approves and administers',
    groups: ['sre', 'approvers', 'admins'],
    locale: 'zh-CN',
  },
  {
    id: 'sam@example.com',
    name: 'Sam',
    role: 'contractor: asks, within bounds',
    groups: ['contractors'],
    locale: 'en',
  },
  {
    id: 'ada@example.com',
    name: 'Ada',
    role: 'auditor: reads all, changes nothing',
    groups: ['auditors'],
    locale: 'en',
  },
];
