import { actionNamesZh, stateNamesZh } from '../../shared/lease/names-zh.ts';
import { bilingual } from '../../shared/rule/bilingual.ts';
import type { Texts } from './en.ts';

/** A name stands before what machines call it; what has none is shown as it came. */
const named = (names: Readonly<Record<string, string>>, code: string): string =>
  names[code] === undefined ? code : `${names[code]}（${code}）`;

/** What was not said in Chinese are the words of a person or of the cloud: they stay as they are. */
const quoted = (text: string): string => `“${text}”`;

export const zh: Texts = {
  comma: '，',
  none: '（无）',
  state: (state) => named(stateNamesZh, state),
  action: (action) => named(actionNamesZh, action),
  time: {
    units: { d: (n) => `${n} 天`, h: (n) => `${n} 小时`, m: (n) => `${n} 分钟`, s: (n) => `${n} 秒` },
    in: (text) => `${text}后`,
    ago: (text) => `${text}前`,
    now: '现在',
    noEnd: '无期限',
  },
  said: (refused) => bilingual({ path: '', ...refused }).messageZh ?? quoted(refused.message),
  states: {
    requested: () => '申请已受理，尚未作出决定。',
    'awaiting-approval': ({ waiting }) => waiting,
    scheduled: ({ startsAt }) => `租约将于 ${startsAt} 开始；目前未做任何操作。`,
    opening: () => '已到开始时间，尚未确认全部内容在云上生效；到期之前会一直尝试。',
    active: ({ endsAt }) => `已确认全部内容在云上生效${endsAt === undefined ? '' : `；将于 ${endsAt} 到期时撤销`}。`,
    closing: ({ ending }) => `${ending}正在撤销；在完整列表证实之前，状态保持不变。`,
    stuck: ({ ending }) => `${ending}未能撤销，系统会一直重试；请尽快人工查看。`,
    ended: ({ ending }) => `${ending}完整列表已证实：没有需要撤销的内容。`,
    rejected: () => '申请已被拒绝，未做任何操作。',
    cancelled: ({ ending }) => `${ending}租约尚未开始，未做任何操作。`,
    failed: () => '租约从未生效。',
    withdrawn: () => '租约的规则在到期之前被人工移除。这应当是有意为之，因此不会再次开放。',
  },
  lease: {
    colon: '：',
    until: (endsAt, left) => `至 ${endsAt} 到期（${left}）`,
    noEnd: '（无期限）',
    from: (startsAt, until) => `自 ${startsAt} 起，${until}`,
    fromApproval: '自批准时起',
    borrowedMark: '借用',
    borrowed: '借用：该规则原本就有，属于他人；到期不会移除',
    emergency: '紧急访问',
    unreviewed: '尚未有人复核',
    reviewed: (by, review) => `${by} 已复核：${quoted(String(review))}`,
    approvals: (names, needed) =>
      `审批：${names.length}/${needed}${names.length === 0 ? '' : `（${names.join('、')}）`}`,
    rejectedBy: (by) => `已被 ${by} 拒绝`,
    toBeApproved: (expiresAt, digest) => `须在 ${expiresAt} 之前审批，摘要 ${digest}`,
    notOpenYet: (id) => `租约 ${id} 已受理，尚未生效；仍在尝试（curfew why ${id}）`,
    became: (id, state, said) => `租约 ${id} ${zh.state(state)}${said === undefined ? '' : `：${said}`}`,
  },
  abandoned: '不再进行任何尝试。租约所做的更改可能仍然存在：请人工处理。',
  ended: {
    nothing: '没有需要结束的租约。',
    refused: (all) => `未结束：${all}`,
    stuck: (ids) => `受阻，仍在重试：${ids}（原因可用 curfew why ID 查看）`,
    notYet: (ids) => `已要求结束，尚未确认移除：${ids}；会一直重试`,
  },
  show: {
    changed: (fields) => `改动：${fields}`,
    askedBy: (requester, requestId, ticket) =>
      `申请人 ${requester}，申请编号 ${requestId}${ticket === undefined ? '' : `，工单 ${ticket}`}`,
    because: (reason) => `申请理由：${reason}`,
    endedEarly: (reason) => `提前结束：${reason}`,
  },
  list: {
    header: ['租约', '状态', '安全组', '规则', '申请人', '到期'],
    none: '没有租约。',
    noneLive: '没有有效的租约（加 --all 可查看已结束的）。',
    notApproved: '尚未批准',
    borrowed: '（借用）',
    emergency: '（紧急访问）',
    isCut: (count) => `最新的 ${count} 条；用 --limit 可查看更多。`,
  },
  otherState: (state) => `租约的状态为 ${state}。`,
  waits: '租约正在等待他人审批。',
  waitsFor: ({ needed, names, expiresAt }) => {
    const soFar = names.length === 0 ? '' : `（已批准：${names.join('、')}）`;
    return `租约正在等待审批：须由申请人以外的 ${needed} 人批准${soFar}。至 ${expiresAt} 仍未获批准，将自动拒绝。`;
  },
  endReason: ({ endReason, endReasonZh }) => endReasonZh ?? (endReason && quoted(endReason)),
  because: (reason) => `：${reason}`,
  endings: {
    asked: (actor, at, because) => `${actor} 已于 ${at} 结束该租约${because}。`,
    cut: (because) => `租约被提前结束${because}。`,
    forGood: '该更改长期有效，没有到期时间。',
    due: (endsAt) => `租约已于 ${endsAt} 到期。`,
  },
  decided: (at, decision) => `${at}：${decision}。`,
  decision: {
    by: (policies, version) =>
      `${policies.length === 0 ? '没有相关策略' : `由策略 ${policies.join('、')} 决定`}（版本 ${version}）`,
    freely: '；无需审批',
    approvedBy: (count, groups) =>
      `；须由${groups.length === 0 ? '' : ` ${groups.join(' 和 ')} 组的`} ${count} 人审批，申请人本人除外`,
  },
  refused: (code, said, decidedBy) => `${code}：${said}。${decidedBy}`,
  refusedLater: (at, actor, refused) => `${at}：${actor} 的申请被拒绝：${refused}`,
  borrowed: '有规则原本就有，属于他人：未发送任何请求，到期也不会移除。',
  images: {
    was: (rule, image) => `${rule}：原为 ${image}。`,
    differ: (rule, fields) => `${rule}：${fields}。`,
    differStill: (rule, fields) => `${rule}：改动前与改动后：${fields}。`,
    same: '没有差异',
  },
  alarm: (at, alarm, { requester, reason }) => {
    const said =
      alarm.code === 'BREAK_GLASS' ? `${requester.id} 申请了紧急访问：${quoted(String(reason))}` : zh.said(alarm);
    return `告警，最近一次于 ${at}：${alarm.code}：${said}。`;
  },
  wholeStory: (id) => `完整经过：curfew show ${id}`,
  decidedBy: {
    guard: (guard) => `由 guards.yaml 中的限制 ${guard} 决定，任何审批都不能解除。`,
    cloud: '由云决定：这是云返回的错误码。',
    codes: {
      POLICY_DENIED: '由 policy.cedar 决定；可用 curfew policy show 查看。',
      POLICY_ERROR: '由一条求值失败的策略决定：无法判断的一律拒绝；可用 curfew check 查找原因。',
      REJECTED: '由有审批权限的人决定。',
      OWN_REQUEST: '由审批原则决定：任何人都不能审批自己的申请，无论其在别处使用什么名称。',
      APPROVAL_NEEDED: '由 policy.cedar 决定：延期后的租约等于另一个租约，需要单独审批。',
      APPROVAL_STALE: '由随审批提交的摘要决定：它对应的是另一项更改。',
      APPROVAL_NOT_ALLOWED: '由 sources.yaml 决定：该来源未设置 approvesOwn。',
      FROZEN: '由对新租约的冻结决定；可用 curfew freeze --lift 解除。',
      CONFLICTS_WITH_LEASE: '由同一规则上另一个有效的租约决定；可用 curfew list --group 查看。',
      RULE_NOT_FOUND: '由安全组的实际内容决定：其中没有该 ID 或这些属性的规则。',
      RULE_NOT_READABLE: '由安全组的实际内容决定：Curfew 不认识该规则的形式。',
      CHANGE_NOT_POSSIBLE: '由 API 可更改的范围决定：未发送任何请求。',
      CHANGED_MEANWHILE: '由安全组的实际内容决定：他人已先行修改，不会被覆盖。',
      CHANGED_BY_HAND:
        '由安全组的实际内容决定：他人对规则的修改不会被覆盖。请手动将规则改为两种形式之一，租约即可结束。',
      NEVER_OPENED: '由时间决定：到期之前一直在尝试。',
      ACTION_NOT_SUPPORTED: '由本次部署或该云支持的操作决定。',
      UNKNOWN_ACCOUNT: '由 accounts.yaml 决定。',
      REGION_NOT_ALLOWED: '由 accounts.yaml 决定。',
      CLOUD_NOT_ALLOWED: '由 accounts.yaml 决定。',
    },
  },
  plan: {
    refused: '该申请会被拒绝',
    wrongAction: '如需预览对已有规则的更改，请指定 --action modify 或 --action revoke',
    allowed: '允许',
    window: (startsAt, endsAt) => `自 ${startsAt} 起${endsAt === undefined ? '，无期限' : `，至 ${endsAt} 到期`}`,
    openByLease: (until) => `已由另一个租约开放，${until === undefined ? '直至其到期' : `至 ${until} 到期`}`,
    borrowed: '原本就有，属于他人：将借用该规则，到期不会移除',
    openBy: ({ permanent, until, ruleId, text }) => {
      const by = ruleId === undefined ? '一条没有 ID 的规则' : ` ${ruleId} `;
      const long = permanent ? '长期开放' : until === undefined ? '开放，直至其到期' : `开放，至 ${until} 到期`;
      return `已由${by}${long}：“${text}”`;
    },
    passes: '其流量将被放行',
    cost: ({ looks, calls, callsAtEnd, rulesInGroup, rulesAdded }) => {
      const rules =
        rulesAdded === 0
          ? `仍为 ${rulesInGroup} 条规则`
          : `将有 ${rulesInGroup + rulesAdded} 条规则，现有 ${rulesInGroup} 条`;
      return `所需调用：查看 ${looks} 次，现在更改 ${calls} 次，到期 ${callsAtEnd} 次。安全组${rules}。`;
    },
    instances: (count) => `安全组中的实例数：${count ?? '未知，该云不提供'}。`,
    calls: '现在会发送的调用：',
    noCalls: '不会发送任何调用。',
    itIs: (image) => `现为 ${image}`,
    widens: '放行范围比之前更大',
    shadowed: (covers, text) => `${covers === 'whole' ? '不会放行任何流量' : '只会放行部分流量'}：“${text}”更优先`,
    drops: {
      everything: '将拦截它的全部流量：没有更优先的允许规则',
      part: '只会拦截它的部分流量：优先级数值更小的允许规则更优先',
      nothing: '不会拦截任何流量：优先级数值更小的允许规则放行了全部流量',
    },
    losesTo: (covers, text) => `${covers === 'whole' ? '全部' : '部分'}流量以“${text}”为准`,
    shadows: (covers, text) => `遮蔽“${text}”的${covers === 'whole' ? '全部' : '部分'}流量`,
  },
};
