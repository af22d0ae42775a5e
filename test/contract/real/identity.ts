import { codeOf, type Experiment, type Finding, shell, type Trial } from './trial.ts';

/** What makes two rules one, and what an Authorize of a rule does that is there already. */
export const identity: Experiment = {
  about: 'the identity of a rule',
  run: async (trial) => [
    await priority(trial),
    await sourcePorts(trial),
    await hostBits(trial),
    await otherDescription(trial),
    await sameId(trial),
  ],
};

/** Opens both rules, one call each, and counts what is there. */
async function countOf(trial: Trial, first: Record<string, string>, second: Record<string, string>) {
  await trial.clear();
  const said = [await trial.authorize([shell(1, first)]), await trial.authorize([shell(1, second)])];
  return { count: (await trial.rules()).length, codes: said.map(codeOf) };
}

async function priority(trial: Trial): Promise<Finding> {
  const { count, codes } = await countOf(trial, { Priority: '1' }, { Priority: '50' });
  return {
    question: 'Is Priority part of a rule’s identity?',
    seen: `two rules that differ in Priority only are ${count}`,
    switches: { priorityIsIdentity: count === 2 },
    codes,
  };
}

async function sourcePorts(trial: Trial): Promise<Finding> {
  const { count, codes } = await countOf(trial, {}, { SourcePortRange: '1024/2048' });
  const seen = `two rules that differ in SourcePortRange only are ${count}`;
  return { question: 'Is SourcePortRange part of it?', seen, switches: {}, codes };
}

async function hostBits(trial: Trial): Promise<Finding> {
  const { count, codes } = await countOf(
    trial,
    { SourceCidrIp: '198.51.100.7/24' },
    { SourceCidrIp: '198.51.100.0/24' },
  );
  return {
    question: 'Are host bits part of it?',
    seen: `198.51.100.7/24 and 198.51.100.0/24 are ${count}`,
    switches: { hostBitsAreIdentity: count === 2 },
    codes,
  };
}

async function otherDescription(trial: Trial): Promise<Finding> {
  await trial.clear();
  await trial.open(shell(1, { Description: 'first' }));
  const said = await trial.authorize([shell(1, { Description: 'second' })]);
  const texts = (await trial.rules()).map(({ Description }) => Description);
  const isReplaced = texts.length === 1 && texts[0] === 'second';
  return {
    question: 'Does an Authorize with another Description change it?',
    seen: `one rule opened as "first", then as "second", is listed as ${JSON.stringify(texts)}`,
    switches: texts.length === 1 ? { existingDescription: isReplaced ? 'replaced' : 'kept' } : {},
    codes: [codeOf(said)],
  };
}

async function sameId(trial: Trial): Promise<Finding> {
  await trial.clear();
  const ids: string[] = [];
  const codes: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { SecurityGroupRuleId: id } = await trial.open(shell(1, { Description: 'a while' }));
    ids.push(id);
    const modified = await trial.call('ModifySecurityGroupRule', { SecurityGroupRuleId: id, Description: 'later' });
    codes.push(codeOf(modified));
    const kept = (await trial.rules()).some(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id);
    if (!kept) codes.push('another id after Modify');
    await trial.clear();
  }
  const isUsedAgain = new Set(ids).size < ids.length;
  const survives = !codes.includes('another id after Modify');
  return {
    question: 'Are rule ids used again, and do they survive Modify?',
    seen: `the same rule opened three times had ${new Set(ids).size} ids${isUsedAgain ? ' (used again)' : ''}; Modify ${survives ? 'keeps' : 'changes'} the id`,
    switches: {},
    codes,
  };
}
