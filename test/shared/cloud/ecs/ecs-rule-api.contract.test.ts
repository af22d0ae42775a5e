import { ruleApiContract } from '../../../contract/rule-api.ts';
import { openEcsTrial } from './ecs-trial.ts';

ruleApiContract('ECS on its emulator', openEcsTrial);
