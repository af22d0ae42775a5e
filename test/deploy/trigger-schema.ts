import * as z from 'zod';

const triggerName = z.string().regex(/^[A-Za-z_][\w-]{0,127}$/);

/** Inner keys in PascalCase as EventBridge takes them; others are dropped there without a word. */
const queueSource = z.strictObject({
  eventSourceType: z.literal('MNS'),
  eventSourceParameters: z.strictObject({
    sourceMNSParameters: z.strictObject({
      RegionId: z.string().min(1),
      QueueName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,119}$/),
      IsBase64Decode: z.boolean(),
    }),
  }),
});

const runOptions = z.strictObject({
  mode: z.literal('event-streaming'),
  // NONE, the default, stops the stream for good at the first batch that cannot be delivered.
  errorsTolerance: z.literal('ALL'),
  retryStrategy: z.strictObject({
    PushRetryStrategy: z.enum(['BACKOFF_RETRY', 'EXPONENTIAL_DECAY_RETRY']),
    MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
    MaximumRetryAttempts: z.int().min(0).optional(),
  }),
  deadLetterQueue: z.strictObject({ Arn: z.string().regex(/^acs:mns:[a-z0-9-]+:\d+:\/queues\/[\w-]+$/) }),
  batchWindow: z.strictObject({
    CountBasedWindow: z.int().min(1).max(10_000),
    TimeBasedWindow: z.int().min(0).max(15),
  }),
});

const eventBridge = z.strictObject({
  triggerName,
  triggerType: z.literal('eventbridge'),
  triggerConfig: z.strictObject({
    triggerEnable: z.literal(true),
    asyncInvocationType: z.literal(false),
    eventRuleFilterPattern: z.string().refine(isJsonObject, 'a JSON object, as text'),
    eventSourceConfig: queueSource,
    eventSinkConfig: z.strictObject({
      deliveryOption: z.strictObject({ eventSchema: z.enum(['CloudEvents', 'RawData']) }),
    }),
    runOptions,
  }),
});

const http = z.strictObject({
  triggerName,
  triggerType: z.literal('http'),
  triggerConfig: z.strictObject({
    authType: z.enum(['anonymous', 'function', 'jwt']),
    methods: z.array(z.enum(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])).min(1),
    disableURLInternet: z.boolean(),
  }),
});

/** The kinds of trigger that we use, and nothing that they do not know. */
export function triggerSchema(isCron: (text: string) => boolean) {
  const timer = z.strictObject({
    triggerName,
    triggerType: z.literal('timer'),
    triggerConfig: z.strictObject({
      cronExpression: z.string().refine(isCron, 'six cron fields, or @every Nm'),
      enable: z.literal(true),
      payload: z.string().optional(),
    }),
  });
  return z.discriminatedUnion('triggerType', [timer, http, eventBridge]);
}

function isJsonObject(text: string): boolean {
  try {
    return z.looseObject({}).safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
