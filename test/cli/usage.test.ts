import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deadUrl, runCurfew, startConsole, token } from './curfew.ts';

const open = (...args: string[]) => runCurfew(['open', '--group', 'sg-a', ...args]);
const whole = ['--port', '22', '--from', '203.0.113.7', '--for', '30m'];

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'curfew-cli-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe.concurrent('wrong usage ends with 2, names the option and shows its form', () => {
  it.each([
    ['no group', ['open', ...whole], "required option '-g, --group <id>'"],
    ['no end', ['open', '-g', 'sg-a', ...whole.slice(0, 4)], '--for 30m'],
    ['two ends', ['open', '-g', 'sg-a', ...whole, '--until', '2026-12-01T09:00:00Z'], 'only one'],
    ['a bad duration', ['open', '-g', 'sg-a', '--for', '30'], '1h30m'],
    ['a bad instant', ['open', '-g', 'sg-a', '--until', 'tomorrow'], '2026-12-01T09:00:00Z'],
    ['no port', ['open', '-g', 'sg-a', ...whole.slice(2)], '--port 22'],
    ['a bad port', ['open', '-g', 'sg-a', '-p', 'ssh'], '8000-8010'],
    ['no other side', ['open', '-g', 'sg-a', '-p', '22', '--for', '1h'], '--from'],
    ['a bad peer', ['open', '-g', 'sg-a', '--from', 'example.com'], '203.0.113.0/24'],
    ['a port of a protocol without', ['open', '-g', 'sg-a', ...whole, '--protocol', 'icmp'], 'no ports'],
    ['a bad policy', ['open', '-g', 'sg-a', '--policy', 'deny'], 'accept, drop'],
    ['nothing to set', ['modify', '-g', 'sg-a', '--rule', 'sgr-1'], '--set priority=9'],
    ['a bad setting', ['modify', '-g', 'sg-a', '--rule', 'sgr-1', '--set', 'priority'], 'priority=9'],
    ['a bad rule id', ['revoke', '-g', 'sg-a', '--rule', 'sgr 1'], 'sgr-bp67acfmxazb4p'],
    ['no rule', ['revoke', '-g', 'sg-a'], '--port 22'],
    ['a rule named twice', ['revoke', '-g', 'sg-a', '--rule', 'sgr-1', '-p', '22'], 'not by both'],
    [
      'two ends of a removal',
      ['revoke', '-g', 'sg-a', '--rule', 'sgr-1', ...whole.slice(4), '--until', '2026-12-01T09:00:00Z'],
      'only one',
    ],
    ['a plan to change without an action', ['plan', '-g', 'sg-a', '--rule', 'sgr-1'], '--action modify'],
    ['an unknown command', ['opne'], 'Did you mean open?'],
    ['an unknown option', ['list', '--al'], '--all'],
    ['no lease', ['show'], "missing required argument 'id'"],
    ['no new end', ['extend', 'x'], '--by 30m'],
    ['no leases', ['end'], '--all'],
    ['leases twice', ['end', 'x', '--all'], '--all'],
    ['freezing and lifting', ['freeze', '--lift', '--status'], 'only one'],
    ['uninstalling without a yes', ['uninstall'], '--yes'],
    ['a server without a token', ['list', '--server', 'http://127.0.0.1:1'], 'CURFEW_TOKEN'],
    ['a server that is no address', ['list', '--server', 'console', '--token', 'x'], 'http://127.0.0.1:8700'],
  ])('%s', async (_, args, hint) => {
    const { status, out, err } = await runCurfew([...args, '--json']);

    expect(status).toBe(2);
    expect(err).toContain(hint);
    expect(JSON.parse(out)).toMatchObject({ error: { status: 2, message: expect.any(String) } });
  });

  it('no command: the help, on standard error', async () => {
    const { status, out, err } = await runCurfew([]);

    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('Usage: curfew');
  });
});

describe.concurrent('help and version', () => {
  it.each([
    'plan',
    'open',
    'modify',
    'revoke',
    'list',
    'show',
    'why',
    'extend',
    'shorten',
    'end',
    'freeze',
    'uninstall',
  ])('shows examples of %s', async (command) => {
    const { status, out } = await runCurfew([command, '--help']);

    expect(status).toBe(0);
    expect(out).toContain(`  curfew ${command}`);
  });

  it('says how long connections may outlive their rule', async () => {
    expect((await runCurfew(['open', '--help'])).out).toContain('910 seconds');
  });

  it('prints the version', async () => {
    expect(await runCurfew(['--version'])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('finding the console', () => {
  it('ends with 3 where nobody answers', async () => {
    const server = await deadUrl();

    const { status, out, err } = await runCurfew(['list', '--server', server, '--token', 'x', '--json']);

    expect(status).toBe(3);
    expect(err).toContain(server);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'UNREACHABLE', status: 3 } });
  });

  it('reads address and token of the stack that runs in the folder', async () => {
    const { url } = await startConsole();
    const cwd = await folder();
    await mkdir(join(cwd, '.curfew'));
    await writeFile(join(cwd, '.curfew', 'stack.json'), JSON.stringify({ console: url, token, pids: {} }));

    const { status, out } = await runCurfew(['list'], { cwd });

    expect(status).toBe(0);
    expect(out).toContain('There are no live leases');
  });

  it('ends with 1 when the token is not known', async () => {
    const { url } = await startConsole();

    const { status, err } = await runCurfew(['list', '--server', url, '--token', 'wrong']);

    expect(status).toBe(1);
    expect(err).toContain('[UNAUTHENTICATED]');
  });

  it('ends with 3 when the console cannot reach the cloud', async () => {
    const { world, curfew } = await startConsole();
    world.cloud.faults.push({ kind: 'describe', fault: 'lost-before' });

    const { status, err } = await curfew('plan', '-g', 'sg-a', ...whole);

    expect(status).toBe(3);
    expect(err).toContain('the group cannot be looked at');
  });

  it('tells of a mistyped request before it looks for a console', async () => {
    const { status } = await open('--port', '22', '--for', '30m');

    expect(status).toBe(2);
  });
});
