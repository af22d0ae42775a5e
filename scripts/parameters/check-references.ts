import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestRuleSchema } from '../../shared/rule/request-rule.ts';
import { targetSchema } from '../../shared/rule/target.ts';
import type { NamedTest } from './carriers.ts';

/** Throws where a table would name a test that is not there. */
export function requireTest(root: string, { file, name }: NamedTest): void {
  const path = join(root, file);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const plain = name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&').replaceAll(/['"`]/g, '\\\\?$&');
  if (!new RegExp(`\\(\\s*['"\`]${plain}['"\`]`).test(text)) throw new Error(`${file} has no test "${name}"`);
}

/** Throws where a table would name a field that no message has. */
export function requireField(field: string): void {
  const [, place, name = ''] = /^(target\.|rules\[\]\.)?(\w+)$/.exec(field) ?? [];
  const isThere =
    place === 'target.'
      ? name in targetSchema.shape
      : place === 'rules[].'
        ? name in requestRuleSchema.shape
        : name === 'action';
  if (!isThere) throw new Error(`no message has a field ${field}`);
}
