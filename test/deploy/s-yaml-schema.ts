import { Cron } from 'croner';
import * as z from 'zod';
import { triggerSchema } from './trigger-schema.ts';

/**
 * What a rendered s.yaml of ours may look like. The component's own schema lets misspelt keys and empty trigger
 * configurations pass, and only logs what it finds at deployment; so this one is strict and knows our rules.
 */

/** Role ARNs in lower case: the component lower-cases them, and a name that differed would not be found. */
const roleArn = z.string().regex(/^acs:ram::\d+:role\/[a-z0-9-]+$/, 'a role ARN in lower case');
const queueMessagesArn = z.string().regex(/^acs:mns:[a-z0-9-]+:\d+:\/queues\/[\w-]+\/messages$/);

const vpcConfig = z.strictObject({
  vpcId: z.string().startsWith('vpc-'),
  vSwitchIds: z.array(z.string().startsWith('vsw-')).min(1),
  securityGroupId: z.string().startsWith('sg-'),
});

const logConfig = z.strictObject({
  project: z.string().min(1),
  logstore: z.string().min(1),
  logBeginRule: z.enum(['DefaultRegex', 'None']),
  enableRequestMetrics: z.boolean(),
  enableInstanceMetrics: z.boolean(),
});

const asyncInvokeConfig = z.strictObject({
  // A week is the SDK's limit; the component's schema says 30 days.
  maxAsyncEventAgeInSeconds: z.int().min(1).max(604_800),
  maxAsyncRetryAttempts: z.int().min(0).max(8),
  destinationConfig: z.strictObject({ onFailure: z.strictObject({ destination: queueMessagesArn }) }),
});

const props = z
  .strictObject({
    region: z.string().regex(/^[a-z]+-[a-z]+(-\d+)?$/),
    functionName: z.string().regex(/^[A-Za-z_][\w-]{0,63}$/),
    description: z.string().min(1).max(256),
    runtime: z.literal('nodejs20'),
    handler: z.literal('index.handler'),
    code: z.string().regex(/^\.\/dist\/[a-z]+$/),
    role: roleArn,
    cpu: z.number().min(0.05).max(16).multipleOf(0.05),
    memorySize: z.int().min(128).max(32_768).multipleOf(64),
    diskSize: z.union([z.literal(512), z.literal(10_240)]),
    timeout: z.int().min(1).max(86_400),
    internetAccess: z.boolean(),
    vpcConfig,
    logConfig,
    environmentVariables: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()),
    concurrencyConfig: z.strictObject({ reservedConcurrency: z.int().min(1) }).optional(),
    asyncInvokeConfig: asyncInvokeConfig.optional(),
    triggers: z.array(triggerSchema(isCron)).min(1).max(50),
  })
  .check((context) => {
    const { cpu, memorySize, triggers, asyncInvokeConfig: onFailure, timeout } = context.value;
    const memoryPerCpu = memorySize / 1024 / cpu;
    const refuse = (path: string, message: string) =>
      context.issues.push({ code: 'custom', path: [path], message, input: context.value });
    if (memoryPerCpu < 1 || memoryPerCpu > 4) refuse('cpu', 'cpu to memory in GB must lie between 1:1 and 1:4');
    const isTimed = triggers.some(({ triggerType }) => triggerType === 'timer');
    if (isTimed && onFailure === undefined)
      refuse('asyncInvokeConfig', 'timers invoke asynchronously: name a destination');
    const isWebhook = triggers.every(({ triggerType }) => triggerType === 'http');
    if (isWebhook && timeout > 60) refuse('timeout', 'nobody waits longer than a minute for an HTTP answer');
  });

const resource = z.strictObject({
  component: z.literal('fc3'),
  extend: z.strictObject({ name: z.string() }),
  actions: z.strictObject({
    'pre-deploy': z.array(z.strictObject({ run: z.string(), path: z.literal('./') })),
  }),
  props,
});

export const sYamlSchema = z.strictObject({
  edition: z.literal('3.0.0'),
  name: z.string(),
  access: z.string(),
  vars: z.record(z.string(), z.string()),
  template: z.record(z.string(), z.unknown()),
  resources: z.strictObject({
    intake: resource,
    grant: resource,
    revoke: resource,
    modify: resource,
    reconcile: resource,
    notify: resource,
    console: resource,
  }),
});

export type SYaml = z.infer<typeof sYamlSchema>;

/** `@every 5m`, or six fields with seconds, in UTC or after a `CRON_TZ=`; five fields would mean other minutes. */
export function isCron(text: string): boolean {
  if (/^@every [1-9]\d*m$/.test(text)) return true;
  const fields = text.replace(/^CRON_TZ=\S+ /, '');
  if (fields.split(' ').length !== 6) return false;
  try {
    new Cron(fields, { paused: true }).stop();
    return true;
  } catch {
    return false;
  }
}
