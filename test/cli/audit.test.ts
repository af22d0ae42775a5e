import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { csvLine } from '../../shared/runtime/csv-line.ts';
import { startConsole } from './curfew.ts';

describe('curfew audit', () => {
  it('verifies, exports and proves', async () => {
    const { curfew, openLease } = await startConsole();
    const id = await openLease('-r', 'look | <b>here</b>');

    const verified = await curfew('audit', 'verify');
    const [, anchor = ''] = /anchor (\d+:[0-9a-f]{64})/.exec(verified.out) ?? [];
    const lines = (await curfew('audit', 'export', '--lease', id)).out.trim().split('\n');
    const table = (await curfew('audit', 'export', '--format', 'csv')).out.split('\r\n');
    const evidence = (await curfew('audit', 'lease', id)).out;

    expect(verified.status).toBe(0);
    expect(verified.out).toContain('without a key');
    expect(await curfew('audit', 'verify', '--anchor', anchor)).toMatchObject({ status: 0 });
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toContain('lease.accepted');
    expect(table[0]).toBe('n,at,kind,leaseId,actor,data,hash');
    expect(evidence).toContain(`# Lease ${id}: active`);
    expect(evidence).toContain('| because | look \\| \\<b\\>here\\</b\\> |');
    expect(evidence).toContain('authorize');
  });

  it('holds the trail against a file of heads that were kept', async () => {
    const { curfew, openLease } = await startConsole();
    await openLease();
    const folder = await mkdtemp(join(tmpdir(), 'anchors-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { rows, hash } = JSON.parse((await curfew('audit', 'verify', '--json')).out) as {
      rows: number;
      hash: string;
    };
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const good = await file('good', `${rows}:${hash}\n\n{"message":"audit.head","n":${rows},"hash":"${hash}"}\n`);
    const cut = await file('cut', `{"n":${rows + 500},"hash":"${hash}","at":"2026-12-01T09:00:00Z"}\n`);
    const junk = await file('junk', 'once upon a time\n');

    expect(await curfew('audit', 'verify', '--anchor-file', good)).toMatchObject({ status: 0 });
    expect(await curfew('audit', 'verify', '--anchor-file', cut)).toMatchObject({ status: 1 });
    expect(await curfew('audit', 'verify', '--anchor-file', junk)).toMatchObject({ status: 2 });
    expect(await curfew('audit', 'verify', '--anchor-file', join(folder, 'none'))).toMatchObject({ status: 2 });
  });

  it('ends with 1 when the trail is not what was written down', async () => {
    const { curfew } = await startConsole();

    const ran = await curfew('audit', 'verify', '--json', '--anchor', `9999:${'a'.repeat(64)}`);

    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ ok: false, reason: 'anchor', error: { code: 'AUDIT_BROKEN' } });
    expect(await curfew('audit', 'verify', '--anchor', 'nonsense')).toMatchObject({ status: 2 });
  });
});

describe('a line of CSV', () => {
  it('quotes what needs it, and runs no formula of somebody else', () => {
    expect(csvLine([1, -2, 'a,b', 'say "no"', '=cmd()', '@x', undefined])).toBe(
      `1,-2,"a,b","say ""no""",'=cmd(),'@x,\r\n`,
    );
    expect(csvLine(['+1,2', '-1', '\tx', 'two\r\nlines', 'two\nlines', 'a\rb'])).toBe(
      `"'+1,2",'-1,'\tx,"two\r\nlines","two\nlines","a\rb"\r\n`,
    );
  });
});
