/** Undoes writes in reverse. One a transaction. */
export class Journal {
  readonly #undo: (() => void)[] = [];

  record(undo: () => void): void {
    this.#undo.push(undo);
  }

  rollback(): void {
    for (let index = this.#undo.length - 1; index >= 0; index -= 1) this.#undo[index]?.();
    this.#undo.length = 0;
  }
}

/** Rows by key. Rows are never changed in place, so the one before is all that an undo needs. */
export class Table<Row> {
  readonly #rows = new Map<string, Row>();

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  values(): Iterable<Row> {
    return this.#rows.values();
  }

  set(journal: Journal, key: string, row: Row): void {
    const before = this.#rows.get(key);
    journal.record(before === undefined ? () => this.#rows.delete(key) : () => this.#rows.set(key, before));
    this.#rows.set(key, row);
  }

  delete(journal: Journal, key: string): void {
    const before = this.#rows.get(key);
    if (before !== undefined) journal.record(() => this.#rows.set(key, before));
    this.#rows.delete(key);
  }

  copy(): Table<Row> {
    const copy = new Table<Row>();
    for (const [key, row] of this.#rows) copy.#rows.set(key, row);
    return copy;
  }
}

/** From one key to many, for what a database would index. */
export class Index {
  #keys = new Table<readonly string[]>();

  of(key: string): readonly string[] {
    return this.#keys.get(key) ?? [];
  }

  add(journal: Journal, key: string, member: string): void {
    this.#keys.set(journal, key, [...this.of(key), member]);
  }

  remove(journal: Journal, key: string, member: string): void {
    this.#keys.set(
      journal,
      key,
      this.of(key).filter((other) => other !== member),
    );
  }

  copy(): Index {
    const copy = new Index();
    copy.#keys = this.#keys.copy();
    return copy;
  }
}

/** As the database's "C" collation orders ASCII text. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorted, each once. */
export const sortedKeys = (keys: Iterable<string>): string[] => [...new Set(keys)].sort(byText);
