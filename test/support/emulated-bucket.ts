import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Asked = { readonly method: string; readonly url: URL; readonly headers: IncomingMessage['headers']; body: string };

const secret = 'local-secret';
const bucket = 'anchors';

/**
 * One bucket of Object Storage Service as its documents describe it, for the two calls that Curfew makes and the one
 * that it must not be able to make: signatures of version 4, no overwriting where asked, lists in pages, and a
 * retention policy under which nothing can be deleted. The vendor's own client works against it.
 */
export async function emulatedBucket({ pageSize = 1_000 } = {}) {
  const objects = new Map<string, string>();
  const seen: Asked[] = [];
  const state = { refusal: undefined as { status: number; code: string } | undefined };
  const answer = (asked: Asked, response: ServerResponse) => {
    const say = (status: number, text: string) => response.writeHead(status, { 'x-oss-request-id': 'r' }).end(text);
    const no = (status: number, code: string) =>
      say(status, `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
    if (state.refusal) return no(state.refusal.status, state.refusal.code);
    if (!isSigned(asked)) return no(403, 'SignatureDoesNotMatch');
    const key = decodeURIComponent(resourceOf(asked)).slice(`/${bucket}/`.length);
    if (asked.method === 'GET') return say(200, listing([...objects.keys()].sort(), asked.url.searchParams, pageSize));
    if (asked.method === 'DELETE') return no(409, 'FileImmutable');
    if (asked.method !== 'PUT') return no(405, 'MethodNotAllowed');
    const md5 = asked.headers['content-md5'];
    if (md5 && md5 !== createHash('md5').update(asked.body).digest('base64')) return no(400, 'InvalidDigest');
    // Under the retention policy an object that is there cannot be written again, asked or not.
    const isForbidden = asked.headers['x-oss-forbid-overwrite'] === 'true';
    if (objects.has(key)) return no(409, isForbidden ? 'FileAlreadyExists' : 'FileImmutable');
    objects.set(key, asked.body);
    return say(200, '');
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const { method = '', headers } = request;
    const asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
    seen.push(asked);
    answer(asked, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    objects,
    seen,
    state,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** The bucket stands before the host's name, or where the host is a number in the path. */
const resourceOf = ({ url, headers }: Asked): string =>
  headers.host?.startsWith(`${bucket}.`) ? `/${bucket}${url.pathname}` : url.pathname;

/** As the document "Include a V4 signature in the Authorization header" has it, written apart from what signs. */
function isSigned(asked: Asked): boolean {
  const { method, url, headers } = asked;
  const read = /^OSS4-HMAC-SHA256 Credential=local\/(\d{8})\/([\w-]+)\/oss\/aliyun_v4_request,Signature=(\w{64})$/;
  const [, date = '', region = '', signature] = read.exec(headers.authorization ?? '') ?? [];
  const time = String(headers['x-oss-date']);
  const lines = Object.keys(headers)
    .filter((name) => /^x-oss-|^content-(?:type|md5)$/.test(name))
    .sort()
    .map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const query = url.search.slice(1).split('&').sort().join('&');
  const request = [method, resourceOf(asked), query, lines.join(''), '', 'UNSIGNED-PAYLOAD'].join('\n');
  const digest = createHash('sha256').update(request).digest('hex');
  const text = `OSS4-HMAC-SHA256\n${time}\n${date}/${region}/oss/aliyun_v4_request\n${digest}`;
  let key: Buffer | string = `aliyun_v4${secret}`;
  for (const part of [date, region, 'oss', 'aliyun_v4_request']) key = createHmac('sha256', key).update(part).digest();
  return signature === createHmac('sha256', key).update(text).digest('hex') && time.startsWith(date);
}

function listing(keys: readonly string[], asked: URLSearchParams, pageSize: number): string {
  const prefix = asked.get('prefix') ?? '';
  const after = asked.get('continuation-token') ?? '';
  const rest = keys.filter((key) => key.startsWith(prefix) && key > after);
  const page = rest.slice(0, Math.min(pageSize, Number(asked.get('max-keys') ?? 100)));
  const isTruncated = page.length < rest.length;
  const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const contents = page.map((key) => `<Contents><Key>${key}</Key><Size>9</Size></Contents>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult><Name>${bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount>
<IsTruncated>${isTruncated}</IsTruncated>${next}${contents}</ListBucketResult>`;
}
