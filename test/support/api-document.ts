import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = Record<string, unknown>;
type Content = Record<string, { readonly schema: Schema }>;
type Operation = {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Record<string, { readonly content?: Content }>;
};
type Document = {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
};
export type Called = Operation & { readonly method: string; readonly path: string };

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** What an API's document promises, as far as calls can be held against it. */
export class ApiDocument {
  readonly operations: ReadonlyMap<string, Called>;
  readonly #requests: Ajv2020;
  readonly #answers: Ajv2020;

  constructor(document: Document) {
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
    );
    this.operations = new Map(all.map((one) => [one.operationId, one]));
    this.#requests = readerOf(document);
    // A field that is answered and not documented is a fault too.
    this.#answers = readerOf(closed(document) as Document);
  }

  /** What is wrong with a body that somebody sends; nothing where it is as documented. */
  wrongInRequest({ requestBody }: Called, body: unknown): readonly string[] {
    const schema = requestBody?.content['application/json']?.schema;
    if (!schema) return body === undefined ? [] : ['a body is not documented'];
    return wrongBy(this.#requests.compile(rooted(schema)), body);
  }

  /** What is wrong with an answer. */
  async wrongInAnswer({ responses }: Called, response: Response): Promise<readonly string[]> {
    const { status } = response;
    const documented = responses[status] ?? responses[`${Math.floor(status / 100)}XX`];
    if (!documented) return [`the status ${status} is not documented`];
    const text = await response.clone().text();
    if (!documented.content) return text === '' ? [] : [`a body is not documented for ${status}`];
    const type = response.headers.get('content-type')?.split(';')[0] ?? 'none';
    const schema = documented.content[type]?.schema;
    if (!schema) return [`the content type ${type} is not documented for ${status}`];
    return wrongBy(
      this.#answers.compile(rooted(closed(schema) as Schema)),
      /^application\/(?:[a-z]+\+)?json$/.test(type) ? JSON.parse(text) : text,
    );
  }
}

/** OpenAPI 3.1 is JSON Schema 2020-12, with a few words of its own that say nothing about validity. */
function readerOf({ components }: Document): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': instant } });
  ajv.addSchema({ $id: 'document:', components });
  return ajv;
}

const rooted = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document:#/components/')) as Schema;

const wrongBy = (validate: ValidateFunction, value: unknown): readonly string[] =>
  validate(value)
    ? []
    : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`);

/** The same schemas, with no fields but those that they name. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
  const isObject = copy.type === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isObject ? { ...copy, additionalProperties: false } : copy;
}
