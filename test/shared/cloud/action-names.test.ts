import { expect, it, onTestFinished } from 'vitest';
import { RuleApiHand, sampleRule } from '../../contract/rule-api.ts';
import { openApsaraTrial } from './apsara/apsara-trial.ts';
import { openEcsTrial } from './ecs/ecs-trial.ts';
import { openEnsTrial } from './ens/ens-trial.ts';

it.each([
  ['ECS', openEcsTrial],
  ['Edge Node Service', openEnsTrial],
  ['Edge Node Service, the flat form', () => openEnsTrial({ form: 'flat' })],
  ['Apsara Stack', openApsaraTrial],
])('the operations of %s are named as they are called', async (_, open) => {
  const trial = await open();
  onTestFinished(() => trial.close());
  const hand = new RuleApiHand(trial);
  const named: (string | undefined)[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    const { sourceCidrIp: _peer, ...rest } = sampleRule(1);
    const rule = direction === 'ingress' ? sampleRule(1) : { ...rest, direction, destCidrIp: '198.51.100.1/32' };
    await hand.authorize([rule]);
    await hand.revoke([rule]);
    named.push(trial.api.actionOf('authorize', direction), trial.api.actionOf('revoke', direction));
  }

  const called = (await trial.calls()).map(({ action }) => action).filter((action) => !action.startsWith('Describe'));

  expect(called).toEqual(named);
  expect(trial.api.actionOf('modify', 'egress')).toBe(
    trial.api.abilities.canModify ? 'ModifySecurityGroupEgressRule' : undefined,
  );
});
