import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { deploymentSchema, policySchema, renderPolicy } from './ram/render-policy.ts';

/** Fills in deploy/ram/*.json for one deployment, and writes the result beside the bundles. */
const { values } = parseArgs({
  options: {
    region: { type: 'string' },
    account: { type: 'string' },
    'log-project': { type: 'string' },
    group: { type: 'string', multiple: true },
    out: { type: 'string', default: 'dist/ram' },
  },
});
const asked = deploymentSchema.safeParse({
  region: values.region,
  account: values.account,
  log_project: values['log-project'],
  groups: values.group,
});
if (!asked.success) {
  process.stderr.write(
    'usage: render-ram --region R --account N --log-project P --group sg-… [--group sg-…] [--out DIR]\n' +
      `${z.prettifyError(asked.error)}\n`,
  );
  process.exit(2);
}

const source = fileURLToPath(new URL('../deploy/ram', import.meta.url));
await mkdir(values.out, { recursive: true });
for (const file of (await readdir(source)).filter((name) => name !== 'trust.json')) {
  const policy = policySchema.parse(JSON.parse(await readFile(join(source, file), 'utf8')));
  const text = `${JSON.stringify(renderPolicy(policy, asked.data), null, 2)}\n`;
  await writeFile(join(values.out, file), text);
  process.stdout.write(`${join(values.out, file)}\n`);
}
