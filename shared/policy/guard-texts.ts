import { pointer, type Refusal, refusal } from '../rule/refusal.ts';
import { kindWords, kindWordsZh, type PeerKind } from './peer-kind.ts';

/** What a requester reads of a limit that no policy lifts, in both languages. */

const said = (code: string, message: string, messageZh: string, path: string): Refusal => ({
  ...refusal(code, message, path),
  messageZh,
});

export const groupProtected = (group: string): Refusal =>
  said(
    'GROUP_PROTECTED',
    `${group} is protected: nothing is changed in it. Choose another group, or have it taken out of protectedGroups in guards.yaml`,
    `安全组 ${group} 受保护，不得更改。请选择其他安全组，或从 guards.yaml 的 protectedGroups 中移除`,
    '/target/securityGroupId',
  );

export const leaseTooLong = (longest: string, field: string): Refusal =>
  said(
    'LEASE_TOO_LONG',
    `a lease may last ${longest}, extensions counted in; ask for less, and again when it ends`,
    `租约（含延期）最长为 ${longest}；请缩短时长，到期后再申请`,
    `/${field}`,
  );

export const emergencyTooLong = (longest: string, field: string): Refusal =>
  said(
    'BREAK_GLASS_TOO_LONG',
    `an emergency may last ${longest}; ask for less, and for a lease like any other meanwhile`,
    `紧急访问最长为 ${longest}；请缩短时长，同时按正常流程申请`,
    `/${field}`,
  );

export const noEmergencies: Refusal = said(
  'BREAK_GLASS_OFF',
  'there are no emergencies here: guards.yaml has no breakGlass',
  '此处未启用紧急访问：guards.yaml 中没有 breakGlass',
  '/breakGlass',
);

export const worldOpen = (block: string, path: string): Refusal =>
  said(
    'WORLD_OPEN',
    `${block} is everybody; name the addresses that need it`,
    `${block} 表示所有人；请写明需要访问的地址`,
    path,
  );

export const worldOpenTogether = (path: string): Refusal =>
  said(
    'WORLD_OPEN',
    'with what is open there already this is everybody; name the addresses that need it',
    '加上已开放的地址，等于对所有人开放；请写明需要访问的地址',
    path,
  );

export const cidrTooWide = (block: string, kind: PeerKind, widest: number, path: string): Refusal =>
  said(
    'CIDR_TOO_WIDE',
    `${block} is too wide: ${kindWords[kind]} blocks may be /${widest} or narrower; name fewer addresses`,
    `${block} 范围过大：${kindWordsZh[kind]} 网段须为 /${widest} 或更小；请减少地址`,
    path,
  );

export const openTooWide = (kind: PeerKind, count: bigint, widest: number, path: string): Refusal =>
  said(
    'OPEN_TOO_WIDE',
    `with what is open on that port already these are ${count} ${kindWords[kind]} addresses; a port of a group may have as many as a /${widest}: name fewer, or wait until others end`,
    `加上该端口已开放的地址，共 ${count} 个${kindWordsZh[kind]}地址；同一安全组的一个端口最多可开放一个 /${widest} 的地址数：请减少地址，或等待其他租约结束`,
    path,
  );

export const tooManyAddresses = (sum: number, most: number): Refusal =>
  said(
    'TOO_MANY_ADDRESSES',
    `these are ${sum} public IPv4 addresses; one request may have ${most}: name fewer`,
    `共 ${sum} 个公网 IPv4 地址；单个申请最多 ${most} 个：请减少地址`,
    '/rules',
  );

export const tooManyInstances = (instances: number, most: number): Refusal =>
  said(
    'TOO_MANY_INSTANCES',
    `the group has ${instances} instances; a lease may open one of at most ${most}: ask for a group of fewer`,
    `该安全组有 ${instances} 台实例；租约只能开放不超过 ${most} 台实例的安全组：请选择实例较少的安全组`,
    '/target/securityGroupId',
  );

export const instancesUnknown: Refusal = said(
  'TOO_MANY_INSTANCES',
  'this cloud does not tell how many instances the group has, and guards.yaml refuses what is not known (mostInstances)',
  '该云不提供安全组的实例数量，而 guards.yaml 的 mostInstances 拒绝未知数量',
  '/target/cloud',
);

export const allPorts = (path: string): Refusal =>
  said(
    'ALL_PORTS',
    'this is every port; name the protocol and the ports that are needed',
    '这是全部端口；请写明所需的协议和端口',
    path,
  );

export const crossAccountPeer = (owner: string, path: string): Refusal =>
  said(
    'CROSS_ACCOUNT_PEER',
    `the group belongs to another account (${owner}), and who is in it is decided there; name addresses, or a group of your own`,
    `该安全组属于其他账号（${owner}），其成员由对方决定；请写明地址，或使用本账号的安全组`,
    path,
  );

export const prefixListPeer = (list: string, path: string): Refusal =>
  said(
    'PREFIX_LIST_PEER',
    `what is in the prefix list ${list} is decided elsewhere and may change while the lease lasts; name addresses`,
    `前缀列表 ${list} 的内容在别处决定，租约期间可能变化；请写明地址`,
    path,
  );

export const ruleOpenTooLong = (longest: string, index: number): Refusal =>
  said(
    'OPEN_TOO_LONG',
    `a rule may be open for ${longest} in a row, leases that follow each other counted together; ask for less, or leave a pause`,
    `同一规则最多可连续开放 ${longest}（相继的租约合并计算）；请缩短时长，或间隔一段时间`,
    pointer(['rules', index]),
  );

export const personOpenTooLong = (longest: string): Refusal =>
  said(
    'OPEN_TOO_LONG',
    `a person may have something open in a group for ${longest} in a row, leases that follow each other counted together; ask for less, or leave a pause`,
    `同一人员在一个安全组中最多可连续开放 ${longest}（相继的租约合并计算）；请缩短时长，或间隔一段时间`,
    '',
  );
