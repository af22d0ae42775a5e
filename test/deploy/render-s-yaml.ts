import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What s.yaml asks of the deployer's environment. */
export const DEPLOYER = {
  CURFEW_ACCOUNT: '1000000000000001',
  CURFEW_VPC_ID: 'vpc-bp1',
  CURFEW_VSWITCH_ID: 'vsw-bp1',
  CURFEW_FUNCTION_SECURITY_GROUP_ID: 'sg-bp1',
  CURFEW_LOG_PROJECT: 'curfew-logs',
  DATABASE_URL: 'postgres://curfew:secret@pgm-bp1.pg.rds.aliyuncs.com/curfew',
};

/**
 * Renders s.yaml with the vendor's own tool, which needs no network for this: with an empty home it knows no
 * account, and told that this is a test it starts no helpers of its own.
 */
export async function renderSYaml(variables: Record<string, string> = DEPLOYER): Promise<unknown> {
  const home = await mkdtemp(join(tmpdir(), 'curfew-s-'));
  const tool = join(root, 'node_modules', '@serverless-devs', 's', 'bin', 's');
  const env = { ...variables, PATH: process.env.PATH, HOME: home, NODE_ENV: 'test', CI: 'true' };
  try {
    const args = [tool, 'preview', '-t', join(root, 's.yaml'), '-o', 'json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: home });
    // Warnings, for root for one, come first on the same stream.
    return JSON.parse(stdout.slice(stdout.indexOf('\n{') + 1));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
