import type { Lease, LeaseState } from './lease.ts';

/** What people are told of a lease's state in Chinese: in the console and on the command line alike. */
export const stateNamesZh: Readonly<Record<LeaseState, string>> = {
  requested: '已申请',
  'awaiting-approval': '等待审批',
  scheduled: '已排期',
  opening: '正在开放',
  active: '已开放',
  closing: '正在关闭',
  stuck: '受阻',
  ended: '已结束',
  rejected: '已拒绝',
  cancelled: '已取消',
  failed: '失败',
  withdrawn: '被人工移除',
};

/** The same of what it does. */
export const actionNamesZh: Readonly<Record<Lease['action'], string>> = {
  authorize: '开放',
  modify: '修改',
  revoke: '移除',
};
