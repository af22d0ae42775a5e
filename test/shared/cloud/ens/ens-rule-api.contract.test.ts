import { ruleApiContract } from '../../../contract/rule-api.ts';
import { oneByOne } from '../one-by-one.ts';
import { openEnsTrial } from './ens-trial.ts';

ruleApiContract('Edge Node Service on its emulator', openEnsTrial);
ruleApiContract('Edge Node Service in its flat form', async (options) => {
  const trial = await openEnsTrial({ ...options, form: 'flat' });
  return { ...trial, api: oneByOne(trial.api) };
});
