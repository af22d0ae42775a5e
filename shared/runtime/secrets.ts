import { AppError } from './app-error.ts';
import { isPublished, localSecrets } from './local-secrets.ts';
import { Secret } from './secret.ts';
import { parseSecretReference, type SecretReference, splitSecrets } from './secret-reference.ts';

/** Fetches one named secret from where an operator keeps it. */
export interface SecretStore {
  fetch(name: string): Promise<string>;
}

/** The values behind references. */
export interface SecretReader {
  /**
   * All values of all references, in their order: one reference may hold several, separated by commas. Throws
   * AppError: SECRET_MISSING, PUBLISHED_SECRET, or SECRET_UNAVAILABLE, which alone is worth another try.
   */
  read(references: readonly SecretReference[]): Promise<readonly Secret[]>;
}

const freshMs = 10 * 60 * 1000;
/** While the store is away, what it said last is used and it is asked again this often: rules must still go. */
const staleRetryMs = 30 * 1000;

type Kept = { readonly text: string; readonly untilMs: number };

export function createSecretReader(options: {
  readonly isLocal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly store: SecretStore;
  readonly monotonicMs: () => number;
}): SecretReader {
  const kept = new Map<string, Kept>();

  async function stored(name: string): Promise<string> {
    const before = kept.get(name);
    const nowMs = options.monotonicMs();
    if (before && nowMs < before.untilMs) return before.text;
    try {
      const text = await options.store.fetch(name);
      kept.set(name, { text, untilMs: nowMs + freshMs });
      return text;
    } catch (cause) {
      if (!before) throw cause;
      kept.set(name, { text: before.text, untilMs: nowMs + staleRetryMs });
      return before.text;
    }
  }

  async function textOf(reference: SecretReference): Promise<string> {
    if (reference.kind === 'literal') return reference.value.reveal();
    if (reference.kind === 'kms') return stored(reference.name);
    const text = options.env[reference.name] || (options.isLocal ? localValue(reference.name) : '');
    const inner = parseSecretReference(text);
    return inner.kind === 'kms' ? stored(inner.name) : text;
  }

  async function valuesOf(reference: SecretReference): Promise<readonly Secret[]> {
    const name = reference.kind === 'literal' ? 'a literal secret' : `${reference.kind}:${reference.name}`;
    const values = splitSecrets(await textOf(reference));
    if (values.length === 0) throw new AppError('SECRET_MISSING', `${name} is not set or empty`);
    if (!options.isLocal && values.some(isPublished)) {
      throw new AppError('PUBLISHED_SECRET', `${name} is a published local secret, which is for CURFEW_LOCAL=1 only`);
    }
    return values.map((value) => new Secret(value));
  }

  return {
    async read(references) {
      return (await Promise.all(references.map(valuesOf))).flat();
    },
  };
}

const localValue = (name: string): string =>
  Object.hasOwn(localSecrets, name) ? localSecrets[name as keyof typeof localSecrets] : '';
