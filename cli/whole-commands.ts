import type { Command } from 'commander';
import { examples, lazily } from './lazily.ts';

/** Commands about everything at once. */
export function addWholeCommands(program: Command): void {
  program
    .command('freeze')
    .description('take and open nothing new; what is open ends as it should')
    .option('-r, --reason <text>', 'why')
    .option('--lift', 'take new leases again')
    .option('--status', 'only say whether it is frozen')
    .addHelpText('after', examples('freeze --reason incident', 'freeze --status', 'freeze --lift'))
    .action(lazily(async () => (await import('./commands/freeze.ts')).freeze));
  program
    .command('reconcile')
    .description('show where the clouds differ from the ledger, as the last scan saw them')
    .option('--now', 'look at every group now, and not only every ten minutes')
    .addHelpText('after', examples('reconcile', 'reconcile --now', 'reconcile --json'))
    .action(lazily(async () => (await import('./commands/reconcile.ts')).reconcile));
  program
    .command('recover')
    .description('rebuild the ledger from the stamps in the clouds, after it was lost or restored from a backup')
    .option('--status', 'only say how it stands')
    .option('--enough', 'let grants go on although not every group was seen')
    .addHelpText('after', examples('recover', 'recover --status', 'recover --enough'))
    .action(lazily(async () => (await import('./commands/recover.ts')).recover));
  program
    .command('uninstall')
    .description('freeze, end every lease, and prove that no rule of ours is left')
    .option('--yes', 'do it')
    .addHelpText('after', examples('uninstall --yes'))
    .action(lazily(async () => (await import('./commands/uninstall.ts')).uninstall));
}
