/** The platform remembers task ids for seven days; here the oldest are dropped when there are many. */
const IDS_MAX = 100_000;

/** Which task ids were accepted, a set for each function. */
export class TaskIds {
  readonly #seen = new Set<string>();

  /** True the first time, false ever after. */
  claim(functionName: string, taskId: string): boolean {
    const key = `${functionName}/${taskId}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.#seen.size > IDS_MAX) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return true;
  }
}
