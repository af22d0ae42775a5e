import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { EcsBehaviour } from '../../../local/clouds/ecs/behaviour.ts';
import { type EcsAccount, mustBeOk, type Parameters, type Said } from './account.ts';

/** One answered question: what was seen, and which switches of the emulator say the same. */
export type Finding = {
  readonly question: string;
  readonly seen: string;
  readonly switches: Partial<EcsBehaviour>;
  /** Codes with their status, as they came. */
  readonly codes: readonly string[];
};
export type Experiment = {
  readonly about: string;
  run(trial: Trial): Promise<readonly Finding[]>;
};

const shown = z.looseObject({ SecurityGroupRuleId: z.string(), Description: z.string(), CreateTime: z.string() });
const listing = z.object({ Permissions: z.object({ Permission: z.array(shown) }) });
export type Shown = z.infer<typeof shown>;

export const verbs = {
  ingress: { authorize: 'AuthorizeSecurityGroup', revoke: 'RevokeSecurityGroup', modify: 'ModifySecurityGroupRule' },
  egress: {
    authorize: 'AuthorizeSecurityGroupEgress',
    revoke: 'RevokeSecurityGroupEgress',
    modify: 'ModifySecurityGroupEgressRule',
  },
} as const;
export type Direction = keyof typeof verbs;

/** The scratch group, and short forms of what the experiments do in it. */
export class Trial {
  readonly account: EcsAccount;
  readonly groupId: string;
  /** How long a change takes to be listed, once that was measured. */
  settleMs: number;
  /** How long an experiment may wait to see a token forgotten; 0: not at all. */
  readonly tokenWaitMs: number;
  #isSettled = true;

  constructor(
    account: EcsAccount,
    groupId: string,
    times: { readonly settleMs: number; readonly tokenWaitMs: number },
  ) {
    this.account = account;
    this.groupId = groupId;
    this.settleMs = times.settleMs;
    this.tokenWaitMs = times.tokenWaitMs;
  }

  async call(action: string, parameters: Parameters): Promise<Said> {
    const said = await this.account.call(action, { SecurityGroupId: this.groupId, ...parameters });
    this.#isSettled = false;
    return said;
  }

  authorize(entries: readonly Parameters[], more: Parameters = {}, direction: Direction = 'ingress'): Promise<Said> {
    return this.call(verbs[direction].authorize, { ...numbered('Permissions', entries), ...more });
  }

  /** Opens one rule that must be taken; answers it as it is listed. */
  async open(fields: Parameters, direction: Direction = 'ingress'): Promise<Shown> {
    const before = new Set((await this.rules(direction)).map(({ SecurityGroupRuleId: id }) => id));
    mustBeOk(await this.authorize([fields], {}, direction), 'opening a rule');
    const added = (await this.rules(direction)).find(({ SecurityGroupRuleId: id }) => !before.has(id));
    if (!added) throw new Error('a rule that was opened is not listed');
    return added;
  }

  revokeIds(ids: readonly string[], direction: Direction = 'ingress'): Promise<Said> {
    const named = Object.fromEntries(ids.map((id, index) => [`SecurityGroupRuleId.${index + 1}`, id]));
    return this.call(verbs[direction].revoke, named);
  }

  /** The rules as they are listed, when the last change has had its time to show. */
  async rules(direction: Direction = 'ingress'): Promise<readonly Shown[]> {
    if (!this.#isSettled) await this.account.pause(this.settleMs);
    this.#isSettled = true;
    return this.rulesNow(direction);
  }

  async rulesNow(direction: Direction = 'ingress'): Promise<readonly Shown[]> {
    const parameters = { SecurityGroupId: this.groupId, Direction: direction, MaxResults: '1000' };
    const said = mustBeOk(await this.account.call('DescribeSecurityGroupAttribute', parameters), 'listing the rules');
    return listing.parse(said.body).Permissions.Permission;
  }

  /** An empty group: what every experiment begins with. */
  async clear(): Promise<void> {
    for (const direction of ['ingress', 'egress'] as const) {
      const ids = (await this.rules(direction)).map(({ SecurityGroupRuleId: id }) => id);
      for (let at = 0; at < ids.length; at += 100) {
        mustBeOk(await this.revokeIds(ids.slice(at, at + 100), direction), 'emptying the scratch group');
      }
    }
  }
}

/** A rule for port 22 that is easy to tell apart by its last octet; from a range that is nobody's. */
export function shell(octet: number, more: Parameters = {}): Parameters {
  return { IpProtocol: 'tcp', PortRange: '22/22', SourceCidrIp: `198.51.100.${octet}/32`, Policy: 'accept', ...more };
}

export const token = (): string => `curfew-contract-${randomUUID()}`;
export const codeOf = ({ code, status }: Said): string => (code === 'ok' ? String(status) : `${code} ${status}`);

export function numbered(name: string, entries: readonly Parameters[]): Parameters {
  return Object.fromEntries(
    entries.flatMap((entry, index) =>
      Object.entries(entry).map(([field, value]) => [`${name}.${index + 1}.${field}`, value]),
    ),
  );
}
