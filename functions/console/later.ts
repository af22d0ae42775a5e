import type * as z from 'zod';

/**
 * Made when it is first asked for, and once. What requests and answers look like is described in schemas of which
 * a request needs few, and the API's document all: made at load they were a sixth of a cold start.
 */
export function later<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What a schema that is made later describes. */
export type Described<Schema extends () => z.ZodType> = z.infer<ReturnType<Schema>>;
