import type { HookSource } from '../../config/sources-config.ts';
import { isHubSigned, isSecret } from '../body-signature.ts';
import { own } from '../own.ts';
import type { HookRequest, System } from '../system.ts';

type Jira = Extract<HookSource, { kind: 'jira' }>;

/**
 * Jira. Cloud's admin webhooks sign the body (X-Hub-Signature, WebSub); Automation and Data Center sign nothing, and
 * prove themselves by a secret in a header or in the address, which says nothing about the body.
 */
export const jira: System<Jira> = {
  async prove(source, { headers, query, rawBody }, secrets) {
    const given = presented(source, headers, query);
    if (!given) return 'MISSING_HEADER';
    const keys = await secrets(source.secrets);
    const isProved = source.proof === 'signature' ? isHubSigned(rawBody, given, keys) : isSecret(given, keys);
    if (!isProved) return 'BAD_SIGNATURE';
    // The same for every try of one delivery.
    return { text: rawBody.toString('utf8'), deliveryId: headers['x-atlassian-webhook-identifier'] };
  },

  /** A reporter can be chosen and edited by whoever makes a ticket; its creator and the actor cannot. */
  people(event) {
    const fields = own(own(event, 'issue'), 'fields') ?? own(event, 'fields');
    const actor = own(event, 'user') ?? own(event, 'initiator') ?? own(own(event, 'comment'), 'author');
    return { actor, creator: own(fields, 'creator') };
  },

  // An account's id, or a server's unique name: an e-mail address may be hidden, and on a server be anybody's.
  defaults: {
    id: 'issue.key || key',
    requester: 'not_null(creator.accountId, creator.name, actor.accountId, actor.name)',
    by: 'not_null(actor.accountId, actor.name)',
  },
  idForm: '[A-Z][A-Z0-9_]{0,31}-[1-9][0-9]{0,9}',
};

function presented({ proof }: Jira, headers: HookRequest['headers'], query: HookRequest['query']) {
  if (proof === 'signature') return headers['x-hub-signature'];
  return 'header' in proof ? headers[proof.header] : query[proof.query];
}
