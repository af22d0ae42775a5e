import { answerProblem } from '../../shared/events/http-answer.ts';

import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { connectIntake } from './connect.ts';
import { takeWebhook } from './intake.ts';

/** Takes the webhooks of ticketing systems at `POST /hooks/{source}`: verified on the raw bytes, then a request. */
export const handler = defineHandler({
  name: 'intake',
  connect: connectIntake,
  run: takeWebhook,
  answerProblem,
});
