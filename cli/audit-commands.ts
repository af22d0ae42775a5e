import { type Command, InvalidArgumentError, Option } from 'commander';
import { readInstant } from './durations.ts';
import { examples, lazily } from './lazily.ts';

const exportExamples = examples(
  'audit export > audit.jsonl',
  'audit export --format csv --from 2026-12-01T00:00:00Z --to 2027-01-01T00:00:00Z > december.csv',
  'audit export --lease 01jd3k…',
);

/** Commands about the audit trail. */
export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('check, export and prove what was written down');
  audit
    .command('verify')
    .description('make the whole chain anew and say whether it is as it was written')
    .option('--anchor <n:hash>', 'a head that was written down elsewhere; may be repeated', readAnchor)
    .option('--anchor-file <file>', 'heads that were kept: lines n:hash, or the log lines audit.head; the newest 100')
    .addHelpText('after', examples('audit verify', 'audit verify --anchor 4711:9f86d081884c7d65…'))
    .action(lazily(async () => (await import('./commands/audit-verify.ts')).verify));
  audit
    .command('export')
    .description('write the trail to standard output, oldest first')
    .addOption(
      new Option('--format <format>', 'one JSON object a line, or a table').choices(['jsonl', 'csv']).default('jsonl'),
    )
    .option('--from <instant>', 'not before: 2026-12-01T00:00:00Z', readInstant)
    .option('--to <instant>', 'before: 2027-01-01T00:00:00Z', readInstant)
    .option('--lease <id>', 'only of a lease')
    .option('--text <words>', 'only rows in which each of the words stands')
    .addHelpText('after', exportExamples)
    .action(lazily(async () => (await import('./commands/audit-export.ts')).exportAudit));
  audit
    .command('lease')
    .description('the evidence of one lease: request, decision, calls, looks; Markdown, or JSON with --json')
    .argument('<id>', 'lease')
    .addHelpText('after', examples('audit lease 01jd3k… > evidence.md', 'audit lease 01jd3k… --json'))
    .action(lazily(async () => (await import('./commands/audit-lease.ts')).auditLease));
}

function readAnchor(text: string, before: readonly string[] = []): readonly string[] {
  if (/^\d{1,15}:[0-9a-f]{64}$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('An anchor is n:hash, as audit verify and the log line audit.head give it.');
}
