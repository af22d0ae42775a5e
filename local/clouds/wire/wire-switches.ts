import * as z from 'zod';

/** Switches of the gateway, the same for every emulated cloud. */
export const wireSwitches = {
  checkSignatures: z.boolean().default(true).describe('false takes every request as the local account, signed or not'),
  latencyMs: z.int().min(0).max(60_000).default(0).describe('waits so long before every answer'),
  maxUrlBytes: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('refuses longer URLs with 431 and an empty body, as some gateways do; null takes all'),
};

export type WireBehaviour = {
  readonly checkSignatures: boolean;
  readonly latencyMs: number;
  readonly maxUrlBytes: number | null;
};
