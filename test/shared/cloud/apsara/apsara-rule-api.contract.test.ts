import { ruleApiContract } from '../../../contract/rule-api.ts';
import { oneByOne } from '../one-by-one.ts';
import { openApsaraTrial, type TrialOptions } from './apsara-trial.ts';

const ways: readonly (readonly [string, TrialOptions])[] = [
  ['Apsara Stack over its route', {}],
  ['Apsara Stack at its POP gateway', { settings: { style: 'pop' } }],
];

for (const [name, way] of ways) {
  ruleApiContract(name, async (options) => {
    const trial = await openApsaraTrial({ ...options, ...way });
    return { ...trial, api: oneByOne(trial.api) };
  });
}
