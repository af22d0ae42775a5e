import { codeOf, type Experiment, shell } from './trial.ts';

const samples: readonly (readonly [string, string])[] = [
  ['plain text', 'restart the worker'],
  ['a stamp', 'until 2026-12-01T11:00:00Z, temporary [curfew1 01234567890123456789012345 kfoi12 kfoi34 a-Z_0]'],
  ['Chinese', '临时规则'],
  ['emoji', 'done 🎉'],
  ['quotes', `"double" and 'single'`],
  ['angle brackets', '<b>'],
  ['a line break', 'two\nlines'],
  ['a tab', 'a\tb'],
  ['spaces around', ' inside '],
  ['http:// first', 'http://example.com'],
  ['http:// later', 'see http://example.com'],
  ['512 characters', 'd'.repeat(512)],
  ['513 characters', 'd'.repeat(513)],
  ['nothing', ''],
];

/** Which texts a rule's Description takes, and whether they come back as they were sent. */
export const descriptions: Experiment = {
  about: 'descriptions',
  run: async (trial) => {
    const results: { name: string; came: 'taken' | 'changed' | 'refused' }[] = [];
    const codes = new Set<string>();
    for (const [name, text] of samples) {
      await trial.clear();
      const said = await trial.authorize([shell(1, { Description: text })]);
      if (said.code !== 'ok') codes.add(codeOf(said));
      const [rule] = said.code === 'ok' ? await trial.rules() : [];
      results.push({ name, came: rule === undefined ? 'refused' : rule.Description === text ? 'taken' : 'changed' });
    }
    const named = (came: string) => results.filter((one) => one.came === came).map(({ name }) => name);
    const parts = (['taken', 'changed', 'refused'] as const)
      .filter((came) => named(came).length > 0)
      .map((came) => `${came}: ${named(came).join(', ')}`);
    return [
      {
        question: 'Which characters does Description take?',
        seen: parts.join('; '),
        switches: {},
        codes: [...codes],
      },
    ];
  },
};
