import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What it needs of zod is one prototype; as an object it would take all of zod with it (functions/console/zod.ts). */
const changes = [
  ['import { z } from "zod";', 'import { ZodType } from "zod";'],
  ['extendZodWithOpenApi(z);', 'extendZodWithOpenApi({ ZodType });'],
  ['extendZodWithOpenApi, z };', 'extendZodWithOpenApi };'],
] as const;

export const patchZodOpenapi: Plugin = {
  name: 'patch-zod-openapi',
  setup(build) {
    build.onLoad({ filter: /[\\/]@hono[\\/]zod-openapi[\\/]dist[\\/]index\.mjs$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const [from, to] of changes) {
        if (!contents.includes(from))
          throw new Error(`${path} no longer looks as expected (scripts/bundle/patch-zod-openapi.ts)`);
        contents = contents.replace(from, to);
      }
      return { contents };
    });
  },
};
