import { Readable } from 'node:stream';
import FC2 from '@alicloud/fc2';
import FC3, { InvokeFunctionHeaders, InvokeFunctionRequest } from '@alicloud/fc20230330';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import { RuntimeOptions } from '@darabonba/typescript';
import { ACCOUNT, KEYS, REGION } from './test-host.ts';

/** The old client, unmodified; `version` chooses which API its paths and signatures are for. */
export function fc2Client(url: string, secret = KEYS.accessKeySecret, version = '2023-03-30') {
  const client = new FC2(ACCOUNT, {
    accessKeyID: KEYS.accessKeyId,
    accessKeySecret: secret,
    region: REGION,
    endpoint: url,
  });
  client.version = version;
  return client;
}

/** Loaders differ in how deep they put the class: vitest unwraps it, plain Node.js does not. */
const Client = (typeof FC3 === 'function' ? FC3 : FC3.default) as typeof FC3.default;

export type Fc3Call = { name: string; body: string; headers?: Record<string, string>; qualifier?: string };

/** One InvokeFunction of the new client, unmodified. */
export async function fc3Invoke(url: string, call: Fc3Call, secret = KEYS.accessKeySecret) {
  const { host, protocol } = new URL(url);
  const client = new Client(
    new $OpenApiUtil.Config({
      accessKeyId: KEYS.accessKeyId,
      accessKeySecret: secret,
      endpoint: host,
      protocol: protocol.replace(':', ''),
      regionId: REGION,
    }),
  );
  const request = new InvokeFunctionRequest({
    body: Readable.from(Buffer.from(call.body)),
    ...(call.qualifier === undefined ? {} : { qualifier: call.qualifier }),
  });
  const headers = new InvokeFunctionHeaders({ commonHeaders: { ...call.headers } });
  const response = await client.invokeFunctionWithOptions(call.name, request, headers, new RuntimeOptions({}));
  const chunks: Buffer[] = [];
  for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk));
  return {
    status: response.statusCode,
    headers: response.headers ?? {},
    body: Buffer.concat(chunks).toString(),
  };
}
