import { type Refusal, refusal } from './refusal.ts';

const form = /^(\d{1,5})\/(\d{1,5})$/;
/** What every protocol but TCP and UDP has to say: "no ports". */
export const noPorts = '-1/-1';

export const hasPorts = (ipProtocol: string): boolean => ipProtocol === 'tcp' || ipProtocol === 'udp';

/**
 * `1/200` for TCP and UDP (1–65535, start ≤ end), `-1/-1` for all others and only for them
 * (ModifySecurityGroupEgressRule, RevokeSecurityGroupEgress documents).
 */
export function checkPortRange(text: string, ipProtocol: string, path: string): Refusal | undefined {
  if (!hasPorts(ipProtocol)) {
    if (text === noPorts) return undefined;
    return refusal('INVALID_PORT_RANGE', `${ipProtocol} has no ports: the port range must be ${noPorts}`, path);
  }
  const range = portsOf(text);
  if (!range || range.from < 1 || range.to > 65535) {
    const sentence = 'ports are two numbers from 1 to 65535 with a slash between, such as 22/22';
    return refusal('INVALID_PORT_RANGE', sentence, path);
  }
  if (range.from > range.to) return refusal('INVALID_PORT_RANGE', `${text} starts after its end`, path);
  return undefined;
}

/** The two ports of a range without leading zeros or blanks; undefined for anything else. */
export function portsOf(text: string): { from: number; to: number } | undefined {
  const parts = form.exec(text);
  if (!parts) return undefined;
  const [from, to] = [Number(parts[1]), Number(parts[2])];
  return `${from}/${to}` === text ? { from, to } : undefined;
}
