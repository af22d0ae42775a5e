/**
 * Classic zod with what describes a schema in the API's document. By its own name and not by the library's `z`: an
 * object that holds all of zod takes all of zod into the bundle, 6 ms of a cold start.
 */
import '@hono/zod-openapi';

export * from 'zod';
