import { answerProblem } from '../../shared/events/http-answer.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { connectConsole } from './connect.ts';
import { serveConsole } from './console.ts';

/** The REST API and the page. */
export const handler = defineHandler({ name: 'console', connect: connectConsole, run: serveConsole, answerProblem });
