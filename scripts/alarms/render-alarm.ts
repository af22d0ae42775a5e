import * as z from 'zod';

/** One alarm as deploy/alarms.json says it: what is asked of the log, over how long, and when it rings. */
export const alarmSchema = z.strictObject({
  name: z.string().regex(/^curfew-[a-z-]+$/),
  displayName: z.string().min(1).max(64),
  /** The log service's own: 6 medium, 8 high, 10 critical. */
  severity: z.union([z.literal(6), z.literal(8), z.literal(10)]),
  minutes: z.int().min(1),
  query: z.string().min(1),
  condition: z.string().min(1),
  /** In a row, before it rings; once, unless more is said. */
  times: z.int().min(2).optional(),
});
export type Alarm = z.infer<typeof alarmSchema>;

export const placeSchema = z.strictObject({
  region: z.string().regex(/^[a-z]+-[a-z]+(-\d+)?$/),
  logProject: z.string().regex(/^[a-z0-9-]+$/),
  /** Of the log service's alert centre: whom to tell, and how. */
  actionPolicy: z.string().regex(/^[\w.-]+$/),
});
export type Place = z.infer<typeof placeSchema>;

/**
 * The body of CreateAlert of the log service (2020-12-30; "Data structure of an alert rule"). Asked every minute; an
 * answer without a row counts as an alarm of its own, because silence is what these are about.
 */
export function renderAlarm(alarm: Alarm, { region, logProject, actionPolicy }: Place) {
  const { name, displayName, severity, minutes, query, condition, times = 1 } = alarm;
  return {
    name,
    displayName,
    type: 'Alert',
    status: 'Enabled',
    description: '',
    schedule: { type: 'FixedRate', interval: '1m' },
    configuration: {
      version: '2.0',
      type: 'default',
      dashboard: 'internal-alert-analysis',
      queryList: [
        {
          storeType: 'log',
          region,
          project: logProject,
          store: 'curfew',
          query,
          timeSpanType: 'Relative',
          start: `-${minutes}m`,
          end: 'now',
          powerSqlMode: 'auto',
        },
      ],
      groupConfiguration: { type: 'no_group', fields: [] },
      joinConfigurations: [],
      severityConfigurations: [{ severity, evalCondition: { condition, countCondition: '' } }],
      labels: [],
      annotations: [{ key: 'title', value: displayName }],
      autoAnnotation: true,
      threshold: times,
      noDataFire: condition.endsWith('< 1'),
      noDataSeverity: severity,
      sendResolved: true,
      policyConfiguration: { alertPolicyId: 'sls.builtin.dynamic', actionPolicyId: actionPolicy, repeatInterval: '5m' },
    },
  };
}
