import { InvalidArgumentError } from 'commander';
import { sideOf } from '../shared/rule/short-forms.ts';
import { Failure } from './failure.ts';
import { type CommonOptions, commonRequest, someEnd } from './request-options.ts';
import { type RuleOptions, readPeers, readPorts, rulesOf } from './rule-options.ts';

export type ChangeOptions = CommonOptions &
  Omit<RuleOptions, 'description'> & {
    readonly rule?: readonly string[];
    readonly set?: Readonly<Record<string, string>>;
  };

/** Collects `--rule sgr-1,sgr-2`. */
export function readRuleIds(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((part) => readRuleId(part.trim()))];
}

function readRuleId(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{1,62}$/.test(text)) return text;
  throw new InvalidArgumentError('A rule is named by its id in the cloud, such as sgr-bp67acfmxazb4p.');
}

/** Collects `--set priority=9 --set description="for a while"`. */
export function readSet(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('What is set looks like priority=9 or description="for a while".');
  return { ...before, ...fieldOf(text.slice(0, equals), text.slice(equals + 1)) };
}

/** A field as messages call it; the words of the other options are understood, too. */
function fieldOf(name: string, value: string): Record<string, string> {
  switch (name) {
    case 'port':
      return { portRange: only(readPorts(value)) };
    case 'protocol':
      return { ipProtocol: value };
    case 'from':
      return sideOf('source', only(readPeers(value)));
    case 'to':
      return sideOf('dest', only(readPeers(value)));
    default:
      return { [name]: value };
  }
}

function only<T>(values: readonly T[]): T {
  const [first, ...more] = values;
  if (first === undefined || more.length > 0) throw new InvalidArgumentError('A rule is given one of these.');
  return first;
}

/** The body of a request to change rules that are there, or to remove them. */
export function changeRequest(action: 'modify' | 'revoke', options: ChangeOptions): Record<string, unknown> {
  const { rule: ids, set } = options;
  if (action === 'modify' && set === undefined) throw usage('say what to set: --set priority=9');
  if (action === 'revoke' && set !== undefined)
    throw usage('what is removed is not set: leave --set out, or use modify');
  const rules = ids === undefined ? rulesOf(options) : named(ids, options);
  return {
    ...commonRequest(options),
    action,
    rules: rules.map((rule) => (set === undefined ? rule : { ...rule, set })),
    ...someEnd(options, '--for'),
  };
}

function named(ids: readonly string[], { port, from, to }: ChangeOptions): Record<string, unknown>[] {
  if (port || from || to) throw usage('name the rules by --rule, or by --port, --from and --to: not by both');
  return ids.map((securityGroupRuleId) => ({ securityGroupRuleId }));
}

const usage = (message: string): Failure => new Failure('usage', 'USAGE', message);
