import type { EcsBehaviour } from '../../../local/clouds/ecs/behaviour.ts';
import type { Said } from './account.ts';
import { codeOf, type Direction, type Experiment, type Finding, numbered, shell, type Trial, verbs } from './trial.ts';

/** What revoking and modifying answer when there is no such rule. */
export const missing: Experiment = {
  about: 'rules that are not there',
  run: async (trial) => {
    await trial.clear();
    return [
      await byFields(trial, 'by Permissions', 'revokeMissingByPermissions', numbered('Permissions', [shell(1)])),
      await byFields(trial, 'by flat parameters', 'revokeMissingByFlat', shell(1)),
      await byId(trial),
      await modified(trial),
    ];
  },
};

async function byFields(
  trial: Trial,
  how: string,
  name: 'revokeMissingByPermissions' | 'revokeMissingByFlat',
  parameters: Record<string, string>,
): Promise<Finding> {
  const said = await trial.call(verbs.ingress.revoke, parameters);
  const values: Record<string, EcsBehaviour[typeof name]> = {
    ok: 'ok',
    'InvalidSecurityGroupRule.RuleNotExist': 'RuleNotExist',
    'InvalidGroupAuthItem.NotFound': 'InvalidGroupAuthItem.NotFound',
  };
  const value = values[said.code];
  return {
    question: `What does revoking a missing rule ${how} answer?`,
    seen: said.code === 'ok' ? 'success' : 'a refusal',
    switches: value === undefined ? {} : { [name]: value },
    codes: [codeOf(said)],
  };
}

/** With an id that was there a moment ago: one that never was could be refused for its form. */
async function byId(trial: Trial): Promise<Finding> {
  const ingress = await revokedTwice(trial, 'ingress');
  const egress = await revokedTwice(trial, 'egress');
  return {
    question: 'What does revoking a missing rule by id answer?',
    seen: `ingress: ${ingress.code}, egress: ${egress.code}`,
    switches: byIdSwitch(ingress.code, egress.code),
    codes: [codeOf(ingress), codeOf(egress)],
  };
}

function byIdSwitch(ingress: string, egress: string): Partial<EcsBehaviour> {
  const known = [
    'ok',
    'InvalidParam.SecurityGroupRuleId',
    'InvalidSecurityGroupRule.RuleNotExist',
    'InvalidSecurityGroupRuleId.NotFound',
  ] as const;
  const value = known.find((one) => one === ingress);
  if (ingress === egress) return value === undefined ? {} : { revokeMissingById: value };
  const isDocumented =
    ingress === 'InvalidParam.SecurityGroupRuleId' && egress === 'InvalidSecurityGroupRule.RuleNotExist';
  return isDocumented ? { revokeMissingById: 'documented' } : {};
}

async function revokedTwice(trial: Trial, direction: Direction): Promise<Said> {
  const { SecurityGroupRuleId: id } = await trial.open(ruleFor(direction), direction);
  await trial.revokeIds([id], direction);
  await trial.rules(direction);
  return trial.revokeIds([id], direction);
}

async function modified(trial: Trial): Promise<Finding> {
  const { SecurityGroupRuleId: id } = await trial.open(shell(1));
  await trial.revokeIds([id]);
  await trial.rules();
  const said = await trial.call(verbs.ingress.modify, { SecurityGroupRuleId: id, Description: 'later' });
  const known = ['InvalidSecurityGroupRuleId.NotFound', 'SecurityGroupRule.NotFound'] as const;
  const value = known.find((one) => one === said.code);
  return {
    question: 'What does modifying a missing rule by id answer?',
    seen: said.code === 'ok' ? 'success' : 'a refusal',
    switches: value === undefined ? {} : { modifyMissingById: value },
    codes: [codeOf(said)],
  };
}

function ruleFor(direction: Direction): Record<string, string> {
  const { SourceCidrIp = '', ...rest } = shell(1);
  return direction === 'ingress' ? { SourceCidrIp, ...rest } : { DestCidrIp: SourceCidrIp, ...rest };
}
