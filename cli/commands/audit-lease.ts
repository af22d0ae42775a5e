import { type Evidence, evidenceSchema } from '../audit-answers.ts';
import type { Context } from '../context.ts';

/** The evidence of one lease: Markdown for a report, or JSON with every row of the trail. */
export async function auditLease({ client, out }: Context, _options: object, [id = '']: readonly string[]) {
  const evidence = await client(`/api/audit/leases/${encodeURIComponent(id)}`, evidenceSchema);
  out.data(evidence);
  for (const line of markdownOf(evidence)) out.say(line);
}

function markdownOf(evidence: Evidence): string[] {
  const { request, decision, calls, looks, latencies } = evidence;
  return [
    `# Lease ${evidence.leaseId}: ${evidence.state}`,
    '',
    '## Request',
    '',
    ...tableOf(['what', ''], requestRows(request)),
    '',
    '## Decision',
    '',
    `${decision.kind} by ${plain(decision.by)} at ${decision.at}`,
    '',
    '## Calls',
    '',
    ...tableOf(
      ['operation', 'kind', 'intended', 'answered', 'answer', "the cloud's RequestId"],
      calls.flatMap(callRows),
    ),
    '',
    '## What was seen',
    '',
    ...tableOf(
      ['look', 'at', 'rule'],
      [
        ...looks.open.map(({ at, ruleId }) => ['there', at, ruleId ?? '']),
        ...looks.gone.map(({ at, ruleId }) => ['gone', at, ruleId ?? '']),
      ],
    ),
    '',
    `Seen open ${spoken(latencies.openedMs)} after its start; seen gone ${spoken(latencies.goneMs)} after its end.`,
    '',
    '## Trail',
    '',
    ...tableOf(['n', 'at', 'kind', 'actor', 'hash'], evidence.rows.map(trailRow)),
  ];
}

const trailRow = ({ n, at, kind, actor, hash }: Evidence['rows'][number]): string[] => [
  String(n),
  at,
  kind,
  actor,
  `\`${hash.slice(0, 16)}…\``,
];

function requestRows(request: Evidence['request']): string[][] {
  const { id, source, proof, requester, reason, ticket, at, digest, rules } = request;
  return [
    ['asked for by', requester],
    ['as', `${id} of source ${source}`],
    ['known by', proof],
    ['at', at],
    ...(reason === undefined ? [] : [['because', reason]]),
    ...(ticket === undefined ? [] : [['ticket', ticket]]),
    ...rules.map((rule) => ['rule', rule]),
    ...(digest === undefined ? [] : [['digest of the message', `\`${digest}\``]]),
  ];
}

function callRows({ operationId, kind, intendedAt, answers }: Evidence['calls'][number]): string[][] {
  const head = [operationId, kind, intendedAt];
  if (answers.length === 0) return [[...head, '', 'none', '']];
  return answers.map((one) => [...head, one.at, one.code ?? one.kind, one.requestId ?? '']);
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)];
}

/** What people wrote must not become a cell, a tag or a link of its own. */
const plain = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[|<>[\]]/g, (one) => `\\${one}`);

const spoken = (ms: number | undefined): string => (ms === undefined ? '(not yet)' : `${(ms / 1000).toFixed(1)} s`);
