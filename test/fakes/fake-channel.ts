import type { Notice } from '../../shared/reconcile/notice.ts';
import type { NoticeChannel, Sent } from '../../shared/reconcile/send-notices.ts';

/** A channel that keeps what it is sent, and answers what the test says. */
export class FakeChannel implements NoticeChannel {
  readonly name: string;
  readonly sent: Notice[] = [];
  answer: (notice: Notice) => Sent = () => ({ kind: 'done' });
  wants: (notice: Notice) => boolean = () => true;

  constructor(name = 'chat') {
    this.name = name;
  }

  async send(notice: Notice): Promise<Sent> {
    const answer = this.answer(notice);
    if (answer.kind === 'done') this.sent.push(notice);
    return answer;
  }

  /** `opened 00…7`: what was told, in its order. */
  get told(): string[] {
    return this.sent.map(({ event, lease }) => `${event} ${lease.requestId}`);
  }
}
