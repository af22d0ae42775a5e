import Oss from 'ali-oss';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OssAnchors } from '../../../shared/anchors/oss-anchors.ts';
import { signedHeaders } from '../../../shared/anchors/oss-signature.ts';
import { emulatedBucket } from '../../support/emulated-bucket.ts';

const credentials = { accessKeyId: 'local', accessKeySecret: 'local-secret', securityToken: 'token' };
const nowMs = Date.parse('2026-11-23T05:31:18Z');
const head = (n: number) => ({ n, atMs: nowMs + n, hash: String(n % 10).repeat(64) });

async function open(options: Parameters<typeof emulatedBucket>[0] = {}) {
  const bucket = await emulatedBucket(options);
  onTestFinished(() => bucket.close());
  const about = { bucket: bucket.bucket, prefix: 'curfew/prod/', region: 'cn-hangzhou', endpoint: bucket.url };
  const anchors = new OssAnchors({ ...about, credentials: () => credentials, nowMs: () => nowMs });
  const vendor = new Oss({
    region: 'oss-cn-hangzhou',
    accessKeyId: 'local',
    accessKeySecret: 'local-secret',
    authorizationV4: true,
    bucket: bucket.bucket,
    endpoint: bucket.url,
  } as Oss.Options);
  return { bucket, anchors, vendor };
}

describe('a signature of version 4', () => {
  // Made by the vendor's own client (ali-oss 6.23.0) for these calls at this instant.
  it.each([
    [
      'of an object with a blank in its name',
      {
        method: 'PUT' as const,
        key: 'curfew/a b/000000000012-abc.json',
        query: {},
        headers: {
          'content-type': 'application/json',
          'content-md5': 'knL6VBFVmLeYpe9+3jj1hQ==',
          'x-oss-forbid-overwrite': 'true',
        },
      },
      '758a17a5f681f23655f161cb032d12c37e35378d6fcb0ecb1a27912881d4b8e5',
    ],
    [
      'of a list',
      {
        method: 'GET' as const,
        key: '',
        query: { 'list-type': '2', prefix: 'curfew/', 'max-keys': '1000', 'start-after': 'x y' },
        headers: {},
      },
      '4a662ecaefd45ff35cb4d16ecb091ebf48c422b006b488f040bd67d02faae966',
    ],
  ])('%s is the one that the vendor makes', (_, call, signature) => {
    const { authorization } = signedHeaders(
      { ...call, bucket: 'anchors' },
      { credentials, region: 'cn-hangzhou', nowMs },
    );

    expect(authorization).toBe(
      `OSS4-HMAC-SHA256 Credential=local/20261123/cn-hangzhou/oss/aliyun_v4_request,Signature=${signature}`,
    );
  });
});

describe('anchors in a bucket', () => {
  it('are kept under names that say all, and are read from those, page by page', async () => {
    const { anchors, bucket } = await open({ pageSize: 2 });
    for (const n of [4711, 12, 100_000]) await anchors.keep(head(n));
    bucket.objects.set('curfew/prod/notes.txt', 'of somebody else');
    bucket.objects.set('curfew/other/000000000000001-0000000000001-x.json', 'of another deployment');

    expect(await anchors.kept()).toEqual([head(12), head(4711), head(100_000)]);
    expect([...bucket.objects.values()].map((text) => text.slice(0, 10))).toContain('{"n":4711,');
    expect(bucket.seen.filter(({ method }) => method === 'GET')).toHaveLength(2);
  });

  it('are kept once, and never written over', async () => {
    const { anchors, bucket, vendor } = await open();
    await anchors.keep(head(12));
    const [key = ''] = bucket.objects.keys();

    await anchors.keep(head(12));

    await expect(vendor.put(key, Buffer.from('else'))).rejects.toMatchObject({ code: 'FileImmutable' });
    await expect(vendor.delete(key)).rejects.toMatchObject({ code: 'FileImmutable' });
    expect(await anchors.kept()).toEqual([head(12)]);
  });

  it('are seen by the vendor’s own client as well', async () => {
    const { anchors, vendor } = await open();
    await anchors.keep(head(12));

    const { objects } = await vendor.listV2({ prefix: 'curfew/prod/' }, {});

    expect(objects.map(({ name }: { name: string }) => name)).toEqual([
      `curfew/prod/000000000000012-${nowMs + 12}-${'2'.repeat(64)}.json`,
    ]);
  });

  it.each([
    [403, 'AccessDenied', 'AccessDenied (403)'],
    [503, 'ServiceUnavailable', 'ServiceUnavailable (503)'],
  ])('that are refused are said to be: %i %s', async (status, code, told) => {
    const { anchors, bucket } = await open();
    bucket.state.refusal = { status, code };

    await expect(anchors.keep(head(1))).rejects.toMatchObject({
      code: 'ANCHOR_NOT_KEPT',
      message: expect.stringContaining(told),
    });
    await expect(anchors.kept()).rejects.toMatchObject({ code: 'ANCHORS_NOT_READ' });
  });

  it('are signed with the right secret or not taken', async () => {
    const { bucket } = await open();
    const about = { bucket: bucket.bucket, prefix: '', region: 'cn-hangzhou', endpoint: bucket.url };
    const wrong = new OssAnchors({
      ...about,
      credentials: () => ({ ...credentials, accessKeySecret: 'guess' }),
      nowMs: () => nowMs,
    });

    await expect(wrong.keep(head(1))).rejects.toMatchObject({
      message: expect.stringContaining('SignatureDoesNotMatch'),
    });
    expect(bucket.objects.size).toBe(0);
  });

  it('that cannot be reached are no anchors, and no empty list', async () => {
    const { anchors, bucket } = await open();
    await bucket.close();

    await expect(anchors.kept()).rejects.toMatchObject({ code: 'ANCHORS_NOT_READ', retryable: true });
  });
});
