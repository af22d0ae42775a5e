import { decisionSchema, type Lease, type Story } from './answers.ts';
import { decidedBy } from './decided-by.ts';
import { decisionText } from './decision-text.ts';
import { differences, imageText } from './image-text.ts';
import type { Texts } from './texts/en.ts';

/** Why a lease is in its state, in sentences: what the state means, the errors, who decided, the alarms. */
export function reasonsOf(lease: Lease, story: Story, texts: Texts): string[] {
  return [
    stateSentence(lease, story, texts),
    ...decisionsOf(story, texts),
    ...errorsOf(lease, texts),
    ...(lease.borrowed ? [texts.borrowed] : []),
    ...lease.changes.flatMap((change) => imagesOf(change, texts)),
    ...refusedMessages(lease, story, texts),
    ...alarmsOf(lease, story, texts),
  ];
}

function stateSentence(lease: Lease, story: Story, texts: Texts): string {
  const { state, startsAt, endsAt } = lease;
  if (!Object.hasOwn(texts.states, state)) return texts.otherState(state);
  const ending = endingOf(lease, story, texts);
  return texts.states[state as keyof Texts['states']]({
    ...{ startsAt, endsAt, ending },
    waiting: waitingSentence(lease, texts),
  });
}

function waitingSentence({ approvals }: Lease, texts: Texts): string {
  if (!approvals) return texts.waits;
  const { needed, given, expiresAt } = approvals;
  return texts.waitsFor({ needed, expiresAt, names: given.map(({ by }) => by) });
}

/** Why it is over: its time, a person, or an error. */
function endingOf(lease: Lease, story: Story, texts: Texts): string {
  const { endings } = texts;
  const { endsAt, error } = lease;
  const asked = story.findLast((entry) => entry.kind === 'lease.end');
  const reason = texts.endReason(lease);
  const because = reason === undefined ? '' : texts.because(reason);
  if (asked) return endings.asked(asked.actor, asked.at, because);
  if (error) return endings.cut(because);
  return endsAt === undefined ? endings.forGood : endings.due(endsAt);
}

/** Which policies let it be or refused it, as the audit trail has it; a later decision about it stands after an earlier. */
const decisionsOf = (story: Story, texts: Texts): string[] =>
  story.flatMap(({ at, data }) => {
    const decision = decisionSchema.safeParse(data.decision);
    return decision.success ? [texts.decided(at, decisionText(decision.data, texts))] : [];
  });

type Refused = Parameters<Texts['said']>[0];

/** Each error once, the lease's own first. */
function errorsOf(lease: Lease, texts: Texts): string[] {
  const all = [lease.error, ...lease.rules.map(({ error }) => error), ...lease.changes.map(({ error }) => error)];
  const told = new Map(all.flatMap((error) => (error ? [[`${error.code} ${error.message}`, error] as const] : [])));
  return [...told.values()].map((error) => refusedText(error, texts));
}

const refusedText = (refused: Refused, texts: Texts): string =>
  texts.refused(refused.code, texts.said(refused), decidedBy(refused.code, texts));

function imagesOf({ text, before, after, stuck }: Lease['changes'][number], texts: Texts): string[] {
  const { images, comma } = texts;
  if (!before) return [];
  if (!after) return [images.was(text, imageText(before, texts))];
  const sentence = differences(before, after, texts).join(comma) || images.same;
  return [stuck ? images.differStill(text, sentence) : images.differ(text, sentence)];
}

/** What was asked for later and refused: an extension beyond a guard's limit. */
const refusedMessages = ({ requestId }: Lease, story: Story, texts: Texts): string[] =>
  story.flatMap(({ kind, at, actor, data }) =>
    kind === 'message.refused' && data.id !== requestId
      ? [texts.refusedLater(at, actor, refusedText(refusedOf(data), texts))]
      : [],
  );

function alarmsOf(lease: Lease, story: Story, texts: Texts): string[] {
  const alarms = story.filter(({ kind }) => kind === 'alarm').map(({ at, data }) => ({ at, ...refusedOf(data) }));
  const told = new Map(alarms.map((alarm) => [`${alarm.code}: ${alarm.message}`, alarm]));
  return [...told.values()].map(({ at, ...alarm }) => texts.alarm(at, alarm, lease));
}

/** The audit trail has what was said as it was said, in both languages where it was said in both. */
const refusedOf = ({ code, message, messageZh }: Story[number]['data']): Refused => ({
  code: String(code),
  message: String(message),
  ...(typeof messageZh === 'string' ? { messageZh } : {}),
});
