import type { Lease } from '../../shared/lease/lease.ts';
import type { Actor } from './console-app.ts';

type Act = 'ask' | 'view' | 'end' | 'approve' | 'audit' | 'administer';

/** Whether somebody may do something: to one lease, or at all. */
export type May = (actor: Actor, act: Act, lease?: Lease) => Promise<boolean>;
