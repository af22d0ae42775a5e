import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { alarmSchema, placeSchema, renderAlarm } from './alarms/render-alarm.ts';

/** Fills in deploy/alarms.json for one deployment: a file for each call of CreateAlert, beside the bundles. */
const { values } = parseArgs({
  options: {
    region: { type: 'string' },
    'log-project': { type: 'string' },
    'action-policy': { type: 'string' },
    out: { type: 'string', default: 'dist/alarms' },
  },
});
const asked = placeSchema.safeParse({
  region: values.region,
  logProject: values['log-project'],
  actionPolicy: values['action-policy'],
});
if (!asked.success) {
  const usage = 'usage: render-alarms --region R --log-project P --action-policy ID [--out DIR]';
  process.stderr.write(`${usage}\n${z.prettifyError(asked.error)}\n`);
  process.exit(2);
}

const source = fileURLToPath(new URL('../deploy/alarms.json', import.meta.url));
await mkdir(values.out, { recursive: true });
for (const alarm of z.array(alarmSchema).parse(JSON.parse(await readFile(source, 'utf8')))) {
  const file = join(values.out, `${alarm.name}.json`);
  await writeFile(file, `${JSON.stringify(renderAlarm(alarm, asked.data), null, 2)}\n`);
  process.stdout.write(`${file}\n`);
}
