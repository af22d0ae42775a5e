import type { HookSource } from '../../config/sources-config.ts';
import { isHubSigned } from '../body-signature.ts';
import { own } from '../own.ts';
import type { System } from '../system.ts';

type Github = Extract<HookSource, { kind: 'github' }>;

/** GitHub signs the body alone: neither the name of the event nor the delivery's id, which stand in headers. */
export const github: System<Github> = {
  async prove(source, { headers, rawBody }, secrets) {
    const signature = headers['x-hub-signature-256'];
    if (!signature) return 'MISSING_HEADER';
    if (!isHubSigned(rawBody, signature, await secrets(source.secrets))) return 'BAD_SIGNATURE';
    return { text: rawBody.toString('utf8'), deliveryId: headers['x-github-delivery'] };
  },

  greet: (event) =>
    Object.hasOwn(event, 'zen') && Object.hasOwn(event, 'hook_id') ? { reason: 'ping: the hook works' } : undefined,

  people: (event) => ({
    actor: own(event, 'sender'),
    author: own(own(event, 'issue'), 'user'),
    commenter: own(own(event, 'comment'), 'user'),
  }),

  // With the repository: number 7 of another one is another ticket.
  defaults: {
    id: "join('#', [repository.full_name, to_string(issue.number)])",
    requester: 'author.login || actor.login',
    by: 'actor.login',
    url: 'issue.html_url',
  },
  idForm: '[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,64}#[1-9][0-9]{0,9}',
};
