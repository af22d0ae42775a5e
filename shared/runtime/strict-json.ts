import { pointer, type Refusal, refusal } from '../rule/refusal.ts';

const depthMax = 32;
/** Of one element: more would be an attempt to make us work. */
const keysMax = 5_000;

export type StrictJson = {
  readonly value: unknown;
  /** What is wrong within each element of an array at the top, by index; under 0 for anything else at the top. */
  readonly faults: ReadonlyMap<number, Refusal>;
};

/**
 * JSON as two readers must agree on it: `JSON.parse` lets a later key of the same name win and keeps `__proto__`,
 * so that what one reader checked another may not see. Faults are told by element, because one bad message of a
 * batch must not spoil the others.
 */
export function readStrictJson(text: string): StrictJson | Refusal {
  try {
    return { value: JSON.parse(text), faults: new Scan(text).faults };
  } catch {
    return refusal('NOT_JSON', 'this is not JSON');
  }
}

/** The same for a text that stands for one thing. */
export function readStrictJsonValue(text: string): { readonly value: unknown } | Refusal {
  const read = readStrictJson(text);
  if ('code' in read) return read;
  const [fault] = read.faults.values();
  return fault ?? { value: read.value };
}

type Frame = { readonly keys: Set<string> | undefined; at: string | number; isKeyNext: boolean };

/** Walks over a text that is known to be JSON; so quotes and brackets are all there is to look at. */
class Scan {
  readonly faults = new Map<number, Refusal>();
  readonly #text: string;
  readonly #frames: Frame[] = [];
  #keys = 0;

  constructor(text: string) {
    this.#text = text;
    for (let at = 0; at < text.length; at += 1) at = this.#step(at);
  }

  #step(at: number): number {
    const frame = this.#frames.at(-1);
    switch (this.#text[at]) {
      case '"': {
        const end = this.#endOfString(at);
        if (frame?.keys && frame.isKeyNext) this.#key(frame, frame.keys, at, end);
        return end;
      }
      case '{':
        this.#open({ keys: new Set(), at: '', isKeyNext: true });
        return at;
      case '[':
        this.#open({ keys: undefined, at: 0, isKeyNext: false });
        return at;
      case '}':
      case ']':
        this.#frames.pop();
        return at;
      case ',':
        if (frame?.keys) frame.isKeyNext = true;
        else if (frame) frame.at = Number(frame.at) + 1;
        if (this.#frames.length === 1 && !frame?.keys) this.#keys = 0;
        return at;
      default:
        return at;
    }
  }

  #open(frame: Frame): void {
    this.#frames.push(frame);
    if (this.#frames.length !== depthMax + 1) return;
    this.#fault('TOO_DEEP', `JSON may nest ${depthMax} levels deep, not more`, pointer(this.#path().slice(0, -1)));
  }

  #key(frame: Frame, keys: Set<string>, at: number, end: number): void {
    const raw = this.#text.slice(at + 1, end);
    const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    frame.at = key;
    frame.isKeyNext = false;
    this.#keys += 1;
    if (this.#keys === keysMax + 1) this.#fault('TOO_MANY_FIELDS', `JSON may have ${keysMax} fields, not more`, '');
    if (key === '__proto__')
      this.#fault('FORBIDDEN_FIELD', 'a field may not be called __proto__', pointer(this.#path()));
    if (keys.has(key)) this.#fault('DUPLICATE_FIELD', `"${key.slice(0, 64)}" stands here twice`, pointer(this.#path()));
    keys.add(key);
  }

  #fault(code: string, message: string, path: string): void {
    const [top] = this.#frames;
    const isList = top !== undefined && top.keys === undefined;
    const element = isList ? Number(top.at) : 0;
    // The path within the element: its place in the batch is told by the place of its answer.
    const within = isList ? path.replace(/^\/\d+/, '') : path;
    if (!this.faults.has(element)) this.faults.set(element, refusal(code, message, within.slice(0, 1024)));
  }

  #path(): (string | number)[] {
    return this.#frames.slice(0, depthMax + 1).map((frame) => frame.at);
  }

  #endOfString(start: number): number {
    let at = start + 1;
    while (this.#text[at] !== '"') at += this.#text[at] === '\\' ? 2 : 1;
    return at;
  }
}
