import { decisionSchema, type Lease, type Story } from './answers.ts';
import { decidedBy } from './decided-by.ts';
import { decisionText } from './decision-text.ts';
import { differences, imageText } from './image-text.ts';

/** Why a lease is in its state, in sentences: what the state means, the errors, who decided, the alarms. */
export function reasonsOf(lease: Lease, story: Story): string[] {
  return [
    stateSentence(lease, story),
    ...decisionsOf(story),
    ...errorsOf(lease),
    ...(lease.borrowed ? ['A rule was there already and is somebody else’s: nothing was sent, nothing goes.'] : []),
    ...lease.changes.flatMap(imagesOf),
    ...refusedMessages(lease, story),
    ...alarmsOf(story),
  ];
}

function stateSentence(lease: Lease, story: Story): string {
  const { state, startsAt, endsAt } = lease;
  const end = endsAt === undefined ? 'its end' : `its end, ${endsAt}`;
  const sentences: Readonly<Record<string, string>> = {
    requested: 'It was taken and not yet decided.',
    'awaiting-approval': waitingSentence(lease),
    scheduled: `It begins at ${startsAt}; nothing was done yet.`,
    opening: 'Its time has come, and not all of it was seen in the cloud yet. It is being tried until its end.',
    active: `All of it was seen in the cloud${endsAt === undefined ? '' : `; it is undone at ${end}`}.`,
    closing: `${endingOf(lease, story)} It is undone; the state stays until a complete listing has proved it.`,
    stuck: `${endingOf(lease, story)} It could not be undone, and is tried again and again. Somebody has to look.`,
    ended: `${endingOf(lease, story)} Nothing of it is left to undo, as a complete listing has shown.`,
    rejected: 'It was refused; nothing was done.',
    cancelled: `${endingOf(lease, story)} It had not begun: nothing was done.`,
    failed: 'It never took effect.',
    withdrawn: 'Somebody removed its rules by hand before its end. They had a reason: it is not opened again.',
  };
  return sentences[state] ?? `Its state is ${state}.`;
}

function waitingSentence({ approvals }: Lease): string {
  if (!approvals) return 'It waits until somebody else approves it.';
  const { needed, given, expiresAt } = approvals;
  const people =
    needed === 1 ? 'somebody other than its requester has' : `${needed} people other than its requester have`;
  const names = given.length === 0 ? '' : ` (so far: ${given.map(({ by }) => by).join(', ')})`;
  return `It waits until ${people} approved it${names}. At ${expiresAt} it is rejected.`;
}

/** Why it is over: its time, a person, or an error. */
function endingOf({ endsAt, endReason, error }: Lease, story: Story): string {
  const asked = story.findLast((entry) => entry.kind === 'lease.end');
  const reason = endReason === undefined ? '' : `: ${endReason}`;
  if (asked) return `${asked.actor} ended it at ${asked.at}${reason}.`;
  if (error) return `It was cut short${reason}.`;
  return endsAt === undefined ? 'It was made for good and has no end.' : `Its end came at ${endsAt}.`;
}

/** Which policies let it be or refused it, as the audit trail has it; a later decision about it stands after an earlier. */
const decisionsOf = (story: Story): string[] =>
  story.flatMap(({ at, data }) => {
    const decision = decisionSchema.safeParse(data.decision);
    return decision.success ? [`At ${at} it was ${decisionText(decision.data)}.`] : [];
  });

/** Each error once, the lease's own first. */
function errorsOf(lease: Lease): string[] {
  const all = [lease.error, ...lease.rules.map(({ error }) => error), ...lease.changes.map(({ error }) => error)];
  const told = new Map(all.flatMap((error) => (error ? [[`${error.code} ${error.message}`, error] as const] : [])));
  return [...told.values()].map(({ code, message }) => `${code}: ${message}. ${decidedBy(code)}`);
}

function imagesOf({ text, before, after, stuck }: Lease['changes'][number]): string[] {
  if (!before) return [];
  if (!after) return [`${text}: it was ${imageText(before)}.`];
  const sentence = differences(before, after).join(', ') || 'nothing that differs';
  return [`${text}: ${stuck ? 'before and after, ' : ''}${sentence}.`];
}

/** What was asked for later and refused: an extension beyond a guard's limit. */
const refusedMessages = ({ requestId }: Lease, story: Story): string[] =>
  story.flatMap(({ kind, at, actor, data }) =>
    kind === 'message.refused' && data.id !== requestId
      ? [`At ${at} ${actor} was refused: ${data.code}: ${data.message}. ${decidedBy(String(data.code))}`]
      : [],
  );

const alarmsOf = (story: Story): string[] => {
  const alarms = story.filter(({ kind }) => kind === 'alarm');
  const told = new Map(alarms.map((alarm) => [`${alarm.data.code}: ${alarm.data.message}`, alarm.at]));
  return [...told].map(([text, at]) => `Alarm, last at ${at}: ${text}.`);
};
