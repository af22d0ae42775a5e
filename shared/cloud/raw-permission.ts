import * as z from 'zod/mini';
import type { ListedRule } from '../rule/rule.ts';
import { type ListedPermission, listedRule } from './ecs/listed-rule.ts';

const raw = z.record(z.string(), z.unknown());

/**
 * A listed permission with the raw names of the wire, as clouds without a typed client show it. What is neither text
 * nor number is left out, so that a rule which nobody can read matches nothing.
 */
export function rawPermission(permission: unknown): ListedRule {
  const read = raw.safeParse(permission);
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(read.success ? read.data : {})) {
    if (typeof value === 'string' || typeof value === 'number') fields[camelCased(name)] = String(value);
  }
  return listedRule(fields as ListedPermission);
}

/** `IpProtocol` as `ipProtocol`; Edge Node Service has a word of its own for the creation time. */
function camelCased(name: string): string {
  if (name === 'CreationTime') return 'createTime';
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
