import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bilingual } from '../../../shared/rule/bilingual.ts';

const rooms = ['rule', 'lease', 'reconcile', 'intake', 'hands', 'config', 'runtime', 'policy'];
const folders = [...rooms.map((room) => `shared/${room}`), 'functions/console', 'functions/intake'];
/** Said to operators and to programs: none of it is about a person's request. */
const notForRequesters = [
  ...[
    'BAD_REQUEST',
    'BAD_SIGNATURE',
    'BODY_TOO_LARGE',
    'EXPORT_TOO_LARGE',
    'INVALID_CURSOR',
    'METHOD_NOT_ALLOWED',
    'NOT_STUCK',
  ],
  ...['STALE_SIGNATURE', 'UNKNOWN_SOURCE', 'UNSIGNED_MESSAGE', 'WHICH_LEASES'],
];
/** Of these the sentence has a reason or a figure, and is written in both languages where it is made. */
const writtenTwice = ['POLICY_DENIED', 'POLICY_ERROR'];

/** Every code of a refusal that is written where requests are read, decided and carried out; not what the cloud says. */
function codes(): string[] {
  const found = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/(?:refusal|Refusal)\(\s*'([A-Z_]+)'/g)])
      .map(([, code = '']) => code),
  );
  return [...new Set(found)].sort();
}

describe('a refusal that a requester reads', () => {
  it.each(codes().filter((code) => ![...notForRequesters, ...writtenTwice].includes(code)))(
    'is said in Chinese, too: %s',
    (code) => {
      expect(bilingual({ code, message: 'no', path: '' }).messageZh).toMatch(/\p{Script=Han}/u);
    },
  );

  it('keeps the sentence that was said in Chinese already', () => {
    const said = { code: 'REJECTED', message: 'rejected by mei', messageZh: '已被 mei 拒绝', path: '' };

    expect(bilingual(said)).toEqual(said);
  });
});
