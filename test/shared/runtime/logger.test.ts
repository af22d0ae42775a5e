import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { Secret } from '../../../shared/runtime/secret.ts';

function captured() {
  const lines: string[] = [];
  const log = createLogger({
    nowMs: () => 1_700_000_000_000,
    always: () => ({ function: 'grant', requestId: '1-abc' }),
    write: (line) => lines.push(line),
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

describe('the log', () => {
  it('writes one JSON object a line', () => {
    const { log, lines } = captured();

    log.event('info', 'opened\nwith a break', { leaseId: 'l1', durationMs: 12, none: undefined });

    expect(lines).toEqual([
      '{"time":"2023-11-14T22:13:20.000Z","level":"info","message":"opened\\nwith a break","function":"grant","requestId":"1-abc","leaseId":"l1","durationMs":12}\n',
    ]);
  });

  it('does not let a field pretend to be another request', () => {
    const { log, last } = captured();

    log.event('info', 'x', { level: 'error', requestId: 'other', time: 'never' });

    expect(last()).toMatchObject({ level: 'info', requestId: '1-abc', time: '2023-11-14T22:13:20.000Z' });
  });

  it('says code and sentence of errors, and where in the code only at level error', () => {
    const { log, last } = captured();
    const error = new AppError('LEDGER_UNAVAILABLE', 'no answer', { cause: new TypeError('socket') });

    log.event('warn', 'x', { error });
    expect(last().error).toEqual({
      code: 'LEDGER_UNAVAILABLE',
      message: 'no answer',
      cause: { code: 'TypeError', message: 'socket' },
    });

    log.event('error', 'x', { error });
    expect(last().error).toMatchObject({ stack: expect.stringContaining('logger.test.ts') });
  });

  it('keeps client tokens, which open nothing', () => {
    const { log, last } = captured();

    log.event('info', 'sent with ClientToken=abc123', { clientToken: 'abc' });

    expect(last()).toMatchObject({ clientToken: 'abc', message: 'sent with ClientToken=abc123' });
  });

  it('caps texts at 2 kB and lines at 16 kB', () => {
    const { log, lines, last } = captured();

    log.event('info', 'x', { text: 'a'.repeat(100_000), leaseId: 'l1' });
    expect(String(last().text)).toHaveLength(2048);

    log.event('info', 'x', { many: Array.from({ length: 90 }, () => '中'.repeat(1000)), leaseId: 'l1' });
    expect(Buffer.byteLength(lines.at(-1) ?? '')).toBeLessThanOrEqual(16 * 1024 + 1);
    expect(last()).toMatchObject({ leaseId: 'l1', isCut: true });
  });

  it('survives what cannot be printed', () => {
    const { log, last } = captured();
    const circle: Record<string, unknown> = { n: 1n, at: new Date(Number.NaN), bytes: Buffer.from('abc'), toString: 5 };
    circle.self = circle;
    const trap = {
      get boom(): string {
        throw new Error('no');
      },
    };

    log.event('info', 'x', { circle });
    expect(last()).toMatchObject({ circle: { n: '1', at: null, bytes: '[3 bytes]' } });
    log.event('info', 'x', { trap });
    expect(last().code).toBe('UNPRINTABLE');
  });

  it('stays a JSON line whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.anything()), (message, fields) => {
        const { log, lines, last } = captured();

        log.event('info', message, fields);

        expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
        expect(last().requestId).toBe('1-abc');
      }),
    );
  });

  it('takes no long time over texts that are made to be slow', () => {
    const { log } = captured();
    const startedMs = performance.now();

    for (const unit of [
      'token',
      'eyJ',
      'eyJ-',
      '://a',
      'LTAI',
      '-----BEGIN PRIVATE KEY',
      'Bearer ',
      'secret"=',
      'FC a',
    ]) {
      log.event('info', unit.repeat(100_000));
    }

    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});

const canary = `cnry${randomBytes(12).toString('hex')}`;
const shapes: Record<string, (secret: string) => unknown> = {
  'a header': (s) => ({ headers: { authorization: `acs ${s}` } }),
  'a nested header of another case': (s) => ({ request: { 'X-Acs-Security-Token': s, Cookie: s } }),
  'a body': (s) => ({ body: JSON.stringify({ password: s }), note: `{"accessKeySecret": "${s}"}` }),
  credentials: (s) => ({ credentials: { accessKeyId: s, accessKeySecret: s, securityToken: s } }),
  'an address': (s) => ({
    url: `https://ecs/?Action=X&SecurityToken=${s}&Signature=${s}&AccessKeyId=${s}`,
    db: `postgres://u:${s}@h/d`,
  }),
  'an escaped address': (s) => ({ url: `https://x/?u=SecurityToken%3D${s}` }),
  'an error and its cause': (s) => ({
    error: new AppError('X', `failed with Bearer ${s}`, { cause: new Error(`whsec_${s}`), details: { token: s } }),
  }),
  'a temporary key': (s) => ({ text: `id STS.${s} or LTAI${s}` }),
  'a JSON web token': (s) => ({ text: `got eyJhbGciOi.${s}.${s}` }),
  'a webhook signature': (s) => ({ list: [`v1,${s}=`, `v1a,${s}`] }),
  'a key file': (s) => ({ text: `-----BEGIN PRIVATE KEY-----\n${s}\n-----END PRIVATE KEY-----` }),
  'a wrapped value': (s) => ({ wrapped: new Secret({ inside: s }), key: { privateKey: [s] } }),
  'the name of a field': (s) => ({ [`token=${s}`]: 1 }),
};

describe('a planted secret', () => {
  it.each(Object.entries(shapes))('appears in no line: %s', (_, shape) => {
    const { log, lines } = captured();

    log.event('info', 'x', { ...(shape(canary) as object) });
    log.event('error', 'x', { deep: { deeper: [shape(canary)] } });
    log.event('error', `message ${JSON.stringify(shape(canary))}`);

    expect(lines.join('')).not.toContain(canary);
  });

  it('appears nowhere once it is known, whatever stands around it', () => {
    const { log, lines } = captured();
    const known = new Secret(`${canary}/+ known`);

    log.event('error', `text ${known.reveal()}`, {
      innocent: `x${known.reveal()}y`,
      address: `?q=${encodeURIComponent(known.reveal())}`,
      error: new Error(`a${known.reveal()}`, { cause: new Error(`b ${known.reveal()}`) }),
    });

    expect(lines.join('')).not.toContain(canary);
  });
});
