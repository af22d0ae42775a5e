import { landingMs, readStamp } from '../../shared/rule/stamp.ts';
import type { Mirror } from './mirror.ts';
import type { KnownRule, Truth } from './truth.ts';

/** What nobody who sees only ledger and cloud could know better: counted, and named in docs/simulation.md. */
export class Residuals {
  count = 0;
  readonly #truth: Truth;
  readonly #mirror: Mirror;
  readonly #unknowable = new Set<string>();

  constructor(truth: Truth, mirror: Mirror) {
    this.#truth = truth;
    this.#mirror = mirror;
  }

  /** Rules of ours that can be known as such: not those that were edited by hand before anybody saw their stamp. */
  ours(): readonly KnownRule[] {
    return this.#truth.ours().filter((rule) => {
      if (rule.editedByHandMs === undefined || this.#mirror.seenIds.has(rule.id)) return true;
      if (!this.#unknowable.has(rule.id)) this.count += 1;
      this.#unknowable.add(rule.id);
      return false;
    });
  }

  /** A person's rule that we took: such a copy, of a request that we had not seen on another rule. */
  excuses(rule: KnownRule): boolean {
    const operationId = this.isLandingCopy(rule);
    if (operationId === undefined) return false;
    const isUnseen = (this.#mirror.firstSeenOn.get(operationId) ?? rule.id) === rule.id;
    const isHot = this.#mirror.rowsOf(rule.key).some((row) => rule.createdAtMs < (row.hotUntilMs ?? 0) + 20_000);
    const isExcused = isUnseen || isHot;
    if (isExcused) this.count += 1;
    return isExcused;
  }

  /** The same without the ledger: there is no memory of the rule that bore the text first. */
  excusesByStamp(rule: KnownRule): boolean {
    const isExcused = this.isLandingCopy(rule) !== undefined;
    if (isExcused) this.count += 1;
    return isExcused;
  }

  /** The operation whose text a person copied onto its very tuple while its request could still land. */
  isLandingCopy(rule: KnownRule): string | undefined {
    const stamp = readStamp(rule.description);
    if (!stamp || rule.creator.who !== 'person') return undefined;
    return rule.createdAtMs <= stamp.intendedAtMs + landingMs + 10_000 ? stamp.operationId : undefined;
  }
}
