import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { messageJsonSchema } from '../shared/lease/message-json-schema.ts';
import { policySchema } from '../shared/policy/policy-schema.ts';

// Writes schemas/ anew from the schemas in the code; a test says when that was forgotten.
const folder = fileURLToPath(new URL('../schemas/', import.meta.url));
await mkdir(folder, { recursive: true });
await writeFile(`${folder}message.v1.json`, `${JSON.stringify(messageJsonSchema(), null, 2)}\n`);
await writeFile(`${folder}policy.cedarschema`, policySchema);
process.stdout.write('wrote schemas/message.v1.json, schemas/policy.cedarschema\n');
