import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { FunctionSpec } from '../functions/function-spec.ts';

const timer = z.object({
  triggerName: z.string(),
  triggerType: z.literal('timer'),
  triggerConfig: z.object({ cronExpression: z.string(), payload: z.string().default('') }),
});
const deployed = z.object({
  resources: z.record(
    z.string(),
    z.object({
      props: z.object({
        timeout: z.number(),
        memorySize: z.number(),
        concurrencyConfig: z.optional(z.object({ reservedConcurrency: z.number() })),
        triggers: z.array(z.union([timer, z.object({ triggerType: z.string() })])).default([]),
      }),
    }),
  ),
});

/** Instances of a function on a laptop: as many as are deployed would be too many, and one too few for what waits. */
const [least, most] = [4, 8];

/** The functions that `s.yaml` deploys, with their timers, time-outs and memory: the laptop runs just these. */
export async function deployedFunctions(options: {
  readonly sYaml: string;
  readonly bundles: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<FunctionSpec[]> {
  const { resources } = deployed.parse(parse(await readFile(options.sYaml, 'utf8'), { merge: true }));
  return Object.entries(resources).map(([name, { props }]) => ({
    name,
    bundlePath: join(options.bundles, name, 'index.js'),
    env: options.env,
    timeoutSeconds: props.timeout,
    memoryMb: props.memorySize,
    instancesMax: Math.max(least, Math.min(most, props.concurrencyConfig?.reservedConcurrency ?? least)),
    timers: props.triggers
      .filter((one): one is z.infer<typeof timer> => one.triggerType === 'timer')
      .map(({ triggerName, triggerConfig }) => ({
        name: triggerName,
        cron: triggerConfig.cronExpression,
        payload: triggerConfig.payload,
      })),
  }));
}
