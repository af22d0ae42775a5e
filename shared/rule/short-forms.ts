/** The end of a field's name and its value: `CidrIp` becomes sourceCidrIp or destCidrIp. */
export type Peer = { readonly field: 'CidrIp' | 'Ipv6CidrIp' | 'GroupId' | 'PrefixListId'; readonly value: string };

/** `22`, `8000-8010` or `8000/8010` as the API writes a range; undefined for anything else. */
export function portRangeOf(text: string): string | undefined {
  const [, first, last] = /^(\d{1,5})(?:[-/](\d{1,5}))?$/.exec(text.trim()) ?? [];
  return first === undefined ? undefined : `${Number(first)}/${Number(last ?? first)}`;
}

/** An address, a CIDR block, a group or a prefix list, told apart by their forms; undefined for anything else. */
export function peerOf(text: string): Peer | undefined {
  if (/^sg-/.test(text)) return { field: 'GroupId', value: text };
  if (/^pl-/.test(text)) return { field: 'PrefixListId', value: text };
  const [, slash] = text.split('/');
  if (/^[\d.]+(?:\/\d+)?$/.test(text)) return { field: 'CidrIp', value: slash === undefined ? `${text}/32` : text };
  if (/^[\da-f:.]*:[\da-f:.]*(?:\/\d+)?$/i.test(text))
    return { field: 'Ipv6CidrIp', value: slash === undefined ? `${text}/128` : text };
  return undefined;
}

/** The other side of a rule under its name in a request. */
export function sideOf(side: 'source' | 'dest', { field, value }: Peer): Record<string, string> {
  if (field !== 'Ipv6CidrIp') return { [`${side}${field}`]: value };
  return { [side === 'source' ? 'ipv6SourceCidrIp' : 'ipv6DestCidrIp']: value };
}
