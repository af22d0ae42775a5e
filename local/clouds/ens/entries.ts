import * as z from 'zod';
import { parseJson } from '../../../shared/runtime/parse-json.ts';
import { echoedCidr } from '../ecs/addresses.ts';
import type { EnsBehaviour } from './behaviour.ts';
import { invalid, missing, unfit } from './refusals.ts';

const ports = z.string().regex(/^(?:-1\/-1|[1-9]\d{0,4}\/[1-9]\d{0,4})$/);
const cidr = (family: 'ipv4' | 'ipv6') => z.string().refine((text) => echoedCidr(text, family) !== undefined);
const description = z.string().refine((text) => [...text].length <= 512);

/** One rule as the flat operations take it: lower case only, IPv4 only, defaults for policy and priority. */
const flatEntry = z.object({
  IpProtocol: z.enum(['tcp', 'udp', 'icmp', 'gre', 'all']),
  PortRange: ports,
  Policy: z.enum(['accept', 'drop']).default('accept'),
  Priority: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/)
    .transform(Number)
    .default(1),
  SourcePortRange: ports.optional(),
  SourceCidrIp: cidr('ipv4').optional(),
  DestCidrIp: cidr('ipv4').optional(),
  Description: description.optional(),
});

/** One entry of the JSON text `Permissions`: other words, everything said, both directions, also IPv6; no GRE. */
const permission = z.object({
  Direction: z.enum(['ingress', 'egress']),
  IpProtocol: z.enum(['TCP', 'UDP', 'ICMP', 'ICMPv6', 'ALL']),
  PortRange: ports,
  Policy: z.enum(['Accept', 'Drop']),
  Priority: z.int().min(1).max(100),
  SourcePortRange: ports.optional(),
  SourceCidrIp: cidr('ipv4').optional(),
  DestCidrIp: cidr('ipv4').optional(),
  Ipv6SourceCidrIp: cidr('ipv6').optional(),
  Ipv6DestCidrIp: cidr('ipv6').optional(),
  Description: description.optional(),
});

export type FlatEntry = z.infer<typeof flatEntry>;
export type Permission = z.infer<typeof permission>;

/** Reads the flat parameters. `Region…` and whatever else is unknown is passed over, as the gateway does. */
export function readFlat(parameters: Readonly<Record<string, string>>, behaviour: Readonly<EnsBehaviour>): FlatEntry {
  return readEntry(flatEntry, parameters, behaviour);
}

/** Reads the one JSON text that holds a batch. */
export function readPermissions(text: string | undefined, behaviour: Readonly<EnsBehaviour>): readonly Permission[] {
  if (!text) {
    throw missing('Permissions');
  }
  const list = z.array(z.record(z.string(), z.unknown())).min(1).safeParse(parseJson(text));
  if (!list.success) {
    throw invalid('Permissions');
  }
  if (list.data.length > behaviour.permissionsMax) {
    throw unfit(`Permissions has more than ${behaviour.permissionsMax} entries`);
  }
  return list.data.map((entry) => readEntry(permission, entry, behaviour));
}

type EntrySchema = typeof flatEntry | typeof permission;

function readEntry<Schema extends EntrySchema>(
  schema: Schema,
  given: Readonly<Record<string, unknown>>,
  { emptyStrings }: Readonly<EnsBehaviour>,
): z.infer<Schema> {
  const known = Object.entries(given).filter(([name]) => Object.hasOwn(schema.shape, name));
  const empty = known.find(([, value]) => value === '');
  if (empty && emptyStrings === 'InvalidParameter') {
    throw unfit(`${empty[0]} is an empty text`);
  }
  const fields = Object.fromEntries(known.filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(fields);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0]);
    throw fields[name] === undefined ? missing(name) : invalid(name);
  }
  return parsed.data as z.infer<Schema>;
}
