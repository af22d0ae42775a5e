import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shipped = fileURLToPath(new URL('../../config', import.meta.url));
const whoever = '@id("whoever-is-proved-may-ask")';

/** In a folder, the shipped configuration with one difference: databases need the agreement of somebody else. */
export async function writeApprovingConfig(folder: string): Promise<void> {
  await cp(shipped, folder, { recursive: true });
  const file = join(folder, 'policy.cedar');
  const text = await readFile(file, 'utf8');
  const begin = text.indexOf(`\n${whoever}`);
  const end = text.indexOf(';\n', begin) + 1;
  if (begin < 0) throw new Error(`config/policy.cedar has no policy ${whoever}`);
  await writeFile(file, text.slice(0, begin) + policies + text.slice(end));
}

const policies = `
@id("engineers-reach-machines")
@reason("engineers reach machines of their account; the guards limit how wide and how long")
@reason_zh("工程师可访问本账号的机器，范围与时长受 guards.yaml 限制")
permit(principal, action in Action::"request", resource)
unless { action == Action::"authorize" && context.rule.ports == { from: 5432, to: 5432 } };

@id("databases-need-a-second-pair-of-eyes")
@reason("databases are opened when somebody else agrees")
@reason_zh("数据库端口须经他人批准")
@approvals("1")
permit(principal, action == Action::"authorize", resource)
when { context.rule.ports == { from: 5432, to: 5432 } };
`;
