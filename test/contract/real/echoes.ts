import * as z from 'zod';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { codeOf, type Experiment, type Finding, shell, type Trial } from './trial.ts';

/** How values come back in a listing. */
export const echoes: Experiment = {
  about: 'how values are echoed',
  run: async (trial) => [await addresses(trial), await types(trial), await nicType(trial), await createTime(trial)],
};

async function addresses(trial: Trial): Promise<Finding> {
  await trial.clear();
  const { SourceCidrIp: _, ...rest } = shell(1);
  const sent = [
    ['SourceCidrIp', '198.51.100.7'],
    ['SourceCidrIp', '10.159.6.18/12'],
    ['Ipv6SourceCidrIp', '2001:0db8:3c4d:0015:0000:0000:1a2f:1a2b/64'],
    ['Ipv6SourceCidrIp', '2001:db8::7'],
  ] as const;
  const seen: string[] = [];
  const codes: string[] = [];
  let bare: string | undefined;
  for (const [field, text] of sent) {
    await trial.clear();
    const said = await trial.authorize([{ ...rest, [field]: text }]);
    codes.push(codeOf(said));
    const echoed = (await trial.rules())[0]?.[field];
    if (text === '198.51.100.7' && typeof echoed === 'string') bare = echoed;
    seen.push(`${text} as ${said.code === 'ok' ? echoed : 'refused'}`);
  }
  const isKnown = bare === '198.51.100.7' || bare === '198.51.100.7/32';
  return {
    question: 'How are addresses echoed?',
    seen: seen.join(', '),
    switches: isKnown ? { bareIpEcho: bare === '198.51.100.7' ? 'as-sent' : 'with-prefix' } : {},
    codes,
  };
}

async function types(trial: Trial): Promise<Finding> {
  await trial.clear();
  const rule = await trial.open(shell(1));
  const { Priority: priority, IpProtocol, Policy, PortRange } = rule;
  const kind = typeof priority;
  return {
    question: 'How are words and numbers echoed?',
    seen: JSON.stringify({ Priority: priority, IpProtocol, Policy, PortRange }),
    switches: kind === 'number' || kind === 'string' ? { priorityEcho: kind } : {},
    codes: [],
  };
}

async function nicType(trial: Trial): Promise<Finding> {
  await trial.clear();
  const said = await trial.authorize([shell(1, { NicType: 'internet' })]);
  const isRefused = said.code.startsWith('InvalidNicType');
  const listed = (await trial.rules())[0]?.NicType;
  return {
    question: 'Is NicType internet taken in a VPC?',
    seen: said.code === 'ok' ? `it is taken, and listed as ${JSON.stringify(listed)}` : 'it is refused',
    switches: isRefused || said.code === 'ok' ? { vpcInternetNic: isRefused ? 'refuse' : 'ignore' } : {},
    codes: [codeOf(said)],
  };
}

async function createTime(trial: Trial): Promise<Finding> {
  await trial.clear();
  const sentAtMs = systemClock.nowMs();
  const { CreateTime: text } = await trial.open(shell(1));
  const precision = /\.\d+/.test(text) ? 'fractions of a second' : 'whole seconds';
  const zone = z.iso.datetime().safeParse(text).success ? 'UTC' : 'not in plain UTC';
  const skewSeconds = Math.round((Date.parse(text) - sentAtMs) / 1000);
  return {
    question: 'How precise is CreateTime?',
    seen: `${text}: ${precision}, ${zone}, ${skewSeconds} s from this machine's clock`,
    switches: {},
    codes: [],
  };
}
