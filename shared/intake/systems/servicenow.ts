import type { HookSource } from '../../config/sources-config.ts';
import { isMacOf, isSecret } from '../body-signature.ts';
import { own } from '../own.ts';
import { strictBase64 } from '../signing-keys.ts';
import type { System } from '../system.ts';

type Servicenow = Extract<HookSource, { kind: 'servicenow' }>;

const people = ['opened_by', 'closed_by', 'sys_created_by', 'sys_updated_by', 'approver'];

/**
 * ServiceNow sends what its administrator scripts. `GlideCertificateEncryption.generateMac` signs the body in a
 * header of any name; a fixed header (API key) or Basic authentication says nothing about the body.
 */
export const servicenow: System<Servicenow> = {
  async prove({ proof, secrets: names }, { headers, rawBody }, secrets) {
    const name = proof === 'basic' ? 'authorization' : 'hmac' in proof ? proof.hmac : proof.header;
    const given = headers[name];
    if (!given) return 'MISSING_HEADER';
    if (!isProved(proof, given, rawBody, await secrets(names))) return 'BAD_SIGNATURE';
    return { text: rawBody.toString('utf8') };
  },

  /** For whom something is requested is a choice in a form: whoever fills it in would be anybody. */
  people: (event) => Object.fromEntries(people.map((name) => [name, own(event, name)])),

  // Values come plain, or as { value, display_value }.
  defaults: {
    id: 'number.value || number',
    requester: 'opened_by.value || opened_by || sys_created_by.value || sys_created_by',
    by: 'approver.value || approver || sys_updated_by.value || sys_updated_by',
  },
  idForm: '[A-Z]{2,10}[0-9]{4,20}',
};

function isProved(proof: Servicenow['proof'], given: string, rawBody: Buffer, known: readonly string[]): boolean {
  if (proof === 'basic') {
    return isSecret(
      given,
      known.map((one) => `Basic ${Buffer.from(one).toString('base64')}`),
    );
  }
  if ('header' in proof) return isSecret(given, known);
  const mac = strictBase64(given);
  // generateMac takes its key in base64.
  const keys = known.flatMap((one) => strictBase64(one) ?? []);
  return mac !== undefined && isMacOf(rawBody, mac, keys);
}
