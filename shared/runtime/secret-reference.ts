import { Secret } from './secret.ts';

/** Where a secret is: in an environment variable, in the Key Management Service, or here. */
export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'kms'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: Secret };

/** Several, separated by commas, newest first. */
export const parseSecretReferences = (text: string): SecretReference[] => splitSecrets(text).map(parseSecretReference);

export function parseSecretReference(text: string): SecretReference {
  const named = /^(env|kms):(\S+)$/.exec(text);
  if (!named) return { kind: 'literal', value: new Secret(text) };
  return { kind: named[1] === 'env' ? 'env' : 'kms', name: named[2] ?? '' };
}

export const splitSecrets = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
