import { randomUUID } from 'node:crypto';
import { copyFile, cp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import { compileConfig, compiledName } from '../shared/config/config.ts';
import { policiesOf } from '../shared/policy/read-policies.ts';
import type { Bench } from './figure.ts';
import { root } from './whole-process.ts';

/** The example of sources.yaml, with keys for a bench. */
const [token, aesKey, owner] = ['bench-token', 'b'.repeat(43), 'dingexampleappkey'];

/** What a deployed intake is given: the configuration with the example sources, compiled, their keys, a platform. */
export async function dingtalkEnvironment(bench: Bench): Promise<Record<string, string>> {
  const folder = join(bench.folder, 'config-dingtalk');
  await cp(join(root, 'config'), folder, { recursive: true });
  await copyFile(join(root, 'config', 'examples', 'sources.yaml'), join(folder, 'sources.yaml'));
  await writeFile(join(folder, compiledName), await compileConfig(folder, policiesOf));
  return {
    CURFEW_CONFIG: folder,
    CURFEW_DINGTALK_TOKENS: token,
    CURFEW_DINGTALK_AES_KEYS: aesKey,
    CURFEW_DINGTALK_APP_KEY: 'bench',
    CURFEW_DINGTALK_APP_SECRET: 'bench',
    FC_ENDPOINT: await startTakingPlatform(bench),
  };
}

/** A form was filled in: as DingTalk tells it, encrypted and signed. Each is an instance of its own. */
export function dingtalkEvent(): { readonly path: string; readonly query: object; readonly body: string } {
  const event = { EventType: 'bpms_instance_change', type: 'start', processInstanceId: randomUUID(), corpId: 'bench' };
  const [timestamp, nonce] = [String(Date.now()), 'benchnonce'];
  const sealed = encrypt(aesKey, JSON.stringify(event), owner);
  const signature = getSignature(token, timestamp, nonce, sealed);
  const query = { signature, timestamp, nonce };
  return { path: '/hooks/dingtalk', query, body: JSON.stringify({ encrypt: sealed }) };
}

/** Whether DingTalk would take this for its `success`: encrypted, signed, and for its own owner. */
export function isSuccess(body: string): boolean {
  const { msg_signature, timeStamp, nonce, encrypt: sealed } = JSON.parse(body) as Record<string, string>;
  if (sealed === undefined || getSignature(token, timeStamp ?? '', nonce ?? '', sealed) !== msg_signature) return false;
  const { message, id } = decrypt(aesKey, sealed);
  return message === 'success' && id === owner;
}

/** Function Compute as far as an intake sees it: it takes every asynchronous invocation. What it asks for is not run. */
async function startTakingPlatform(bench: Bench): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(202, { 'x-fc-request-id': randomUUID() }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  bench.onEnd(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the platform has no port');
  return `http://127.0.0.1:${address.port}`;
}
