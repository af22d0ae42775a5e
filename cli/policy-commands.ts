import type { Command } from 'commander';
import { examples, lazily } from './lazily.ts';

const testHelp = `
A table is a YAML file of questions and what should be decided (docs/policy.md): a team's regression tests for its
policy. It is judged here, by the folder's guards and policies; nothing is sent. Exit status 1 when one is decided
otherwise.
${examples('policy test', 'policy test config/examples/team/policy-tests.yaml', 'policy test --config ./config --json')}`;

/** Commands about who may have what. */
export function addPolicyCommands(program: Command): void {
  const policy = program.command('policy').description('see and try the policies: who may have what, where, how long');
  policy
    .command('test')
    .description('try a table of expected decisions on the policies of a configuration folder')
    .argument('[file]', 'the table; policy-tests.yaml of the folder, if not given')
    .option(
      '--config <folder>',
      'the folder; the one of the file, else CURFEW_CONFIG, else the one beside this command',
    )
    .addHelpText('after', testHelp)
    .action(lazily(async () => (await import('./commands/policy-test.ts')).policyTest));
  policy
    .command('show')
    .description('show the policies in force, as the console has them')
    .argument('[id]', 'only this one')
    .option('--config <folder>', 'those of a configuration folder instead')
    .addHelpText('after', examples('policy show', 'policy show sre-ssh', 'policy show --config ./config'))
    .action(lazily(async () => (await import('./commands/policy-show.ts')).policyShow));
}
