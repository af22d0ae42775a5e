import * as z from 'zod/mini';

const action = '{Action}';

/**
 * How one Apsara Stack is to be reached. Its document names a path and the parameters, but not how calls are signed,
 * how bodies are encoded or which gateway answers: every stack has its own, so all of it is a setting.
 */
export const apsaraFields = z.strictObject({
  /** Such as `https://ecs-internal.cn-qingdao-env17-d01.example.com`; a path in it stands before the template. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  /** `route`: the documented one, parameters in the body. `pop`: ordinary RPC calls of the POP gateway. */
  style: z._default(z.enum(['route', 'pop']), 'route'),
  pathTemplate: z._default(z.string().check(z.regex(/^\/[^?#]*$/), z.includes(action)), `/apsara/route/Ecs/${action}`),
  /** Default: the document's sample for the route, the version of ECS for the POP gateway. */
  version: z.optional(z.string().check(z.minLength(1))),
  /** Default: today's header signature on the route, the older HMAC-SHA1 at the POP gateway. */
  signer: z.optional(z.enum(['acs3', 'hmac-sha1', 'static'])),
  /** Sent with every call: organisation and resource group, or with the signer `static` whatever proves the caller. */
  extraHeaders: z._default(z.record(z.string(), z.string()), {}),
  /** For the route. */
  bodyEncoding: z._default(z.enum(['json', 'form']), 'json'),
  /** How long a listing may lag behind. Real clients saw stacks take far longer than the public cloud. */
  readLagMs: z._default(z.int().check(z.gte(0), z.lte(600_000)), 25_000),
});

type Way = Pick<z.infer<typeof apsaraFields>, 'style' | 'signer' | 'baseUrl'>;

/** The client writes no path into calls of the older signature in RPC form. */
export const isReachable = ({ style, signer, baseUrl }: Way): boolean =>
  style === 'route' || signer === 'acs3' || signer === 'static' || new URL(baseUrl).pathname === '/';

/** Why `isReachable` says no. */
export const unreachable = 'with style pop and the signer hmac-sha1 cannot have a path';

export const apsaraSettings = apsaraFields.check(z.refine(isReachable, { error: unreachable, path: ['baseUrl'] }));

export type ApsaraSettings = z.infer<typeof apsaraSettings>;
