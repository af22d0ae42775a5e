import { callLayer } from './call-layer.ts';
import { coldIntake } from './cold-intake.ts';
import { coldStarts } from './cold-start.ts';
import { cost } from './cost.ts';
import { dueLeases } from './due-leases.ts';
import { endToEnd } from './end-to-end.ts';
import type { Measure } from './figure.ts';
import { lateness } from './lateness.ts';
import { oneDelivery } from './one-delivery.ts';
import { webhooks } from './webhooks.ts';

/** The parts of the bench, in their order. */
export const measures: Readonly<Record<string, Measure>> = {
  cold: coldStarts,
  intake: coldIntake,
  delivery: oneDelivery,
  cpu: callLayer,
  claims: dueLeases,
  leases: endToEnd,
  lateness,
  webhooks,
  cost,
};
