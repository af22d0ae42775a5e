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
    .command('uninstall')
    .description('freeze, end every lease, and prove that no rule of ours is left')
    .option('--yes', 'do it')
    .addHelpText('after', examples('uninstall --yes'))
    .action(lazily(async () => (await import('./commands/uninstall.ts')).uninstall));
}
