import { expect, it } from 'vitest';
import { parseLsof } from '../../../local/postgres/processes.ts';

it('tells the processes of one cluster from those of another in the listing of lsof', () => {
  const listing = [
    'p301\nR1\nfcwd\nn/private/tmp/mine/cluster',
    'p302\nR301\nfcwd\nn/private/tmp/mine/cluster',
    'p400\nR77\nfcwd\nn/private/tmp/mine/cluster-of-another',
    '',
  ].join('\n');

  expect(parseLsof(listing, '/private/tmp/mine/cluster')).toEqual([
    { pid: 301, parentPid: 1 },
    { pid: 302, parentPid: 301 },
  ]);
});

it('finds nothing where lsof lists nothing', () => {
  expect(parseLsof('', '/tmp/cluster')).toEqual([]);
});
