import type { HookSource } from '../../config/sources-config.ts';
import { Secret } from '../../runtime/secret.ts';
import { isSecret } from '../body-signature.ts';
import { own } from '../own.ts';
import { signingKey } from '../signing-keys.ts';
import { proveWebhook } from '../standard-webhooks.ts';
import type { Answer, System } from '../system.ts';

type Gitlab = Extract<HookSource, { kind: 'gitlab' }>;

/**
 * GitLab. A secret that begins with `whsec_` is a signing token (Standard Webhooks); any other is the older plain
 * token, which says nothing about the body. Where both are configured, a hook is being moved from one to the other.
 */
export const gitlab: System<Gitlab> = {
  async prove(source, { headers, rawBody }, secrets, nowMs) {
    const known = await secrets(source.secrets);
    const text = rawBody.toString('utf8');
    if (headers['webhook-signature'] !== undefined) {
      const keys = known.filter(isSigningToken).map((one) => signingKey(new Secret(one)));
      const proof = proveWebhook({ headers, rawBody }, keys, nowMs);
      return typeof proof === 'string' ? proof : { text, deliveryId: proof.id, answer };
    }
    const token = headers['x-gitlab-token'];
    if (!token) return 'MISSING_HEADER';
    const isProved = isSecret(
      token,
      known.filter((one) => !isSigningToken(one)),
    );
    if (!isProved) return 'BAD_SIGNATURE';
    return { text, deliveryId: headers['idempotency-key'] ?? headers['x-gitlab-event-uuid'], answer };
  },

  people: (event) => ({ actor: own(event, 'user') }),

  defaults: {
    id: "join('#', [project.path_with_namespace, to_string(object_attributes.iid)])",
    requester: 'actor.username',
    by: 'actor.username',
    url: 'object_attributes.url',
  },
  idForm: '[A-Za-z0-9_.][A-Za-z0-9_./-]{1,100}#[1-9][0-9]{0,9}',
};

const isSigningToken = (secret: string): boolean => secret.startsWith('whsec_');

/** Four 4xx in a row switch a hook off for good, so only a sender who is not proved gets one. */
const answer = ({ status, body }: Answer): Answer => ({ status: status === 400 ? 200 : status, body });
