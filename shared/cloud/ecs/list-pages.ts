import type { NotListed } from '../../reconcile/cloud-port.ts';
import type { Answered, EcsCall, EcsCaller } from './ecs-caller.ts';

/** Far more than any group or region has: a listing that does not end is not to be believed. */
const pagesMax = 200;
/** The time is spent: another try would double it. */
const timeout = 'RequestTimeoutError';

export type Pages<Body> = {
  readonly kind: 'pages';
  readonly bodies: readonly Body[];
  readonly requestIds: readonly string[];
};

/** Reads all pages of a listing or none: a part of it would say that the rest does not exist. */
export async function listPages<Body extends { requestId?: string; nextToken?: string }>(
  caller: EcsCaller,
  page: (nextToken: string | undefined) => EcsCall<Body>,
): Promise<Pages<Body> | NotListed> {
  const bodies: Body[] = [];
  const requestIds: string[] = [];
  const seen = new Set<string>();
  let nextToken: string | undefined;
  do {
    const answer = await read(caller, page(nextToken));
    if (answer.kind !== 'answered') return answer;
    bodies.push(answer.body);
    requestIds.push(answer.requestId);
    nextToken = answer.body.nextToken || undefined;
    if (nextToken !== undefined && (seen.has(nextToken) || bodies.length >= pagesMax)) {
      return { kind: 'unknown', code: 'ENDLESS_LISTING', message: 'the pages of the listing do not end' };
    }
    if (nextToken !== undefined) seen.add(nextToken);
  } while (nextToken !== undefined);
  return { kind: 'pages', bodies, requestIds };
}

/** Once more, at once, where there was no readable answer: reading twice does no harm. */
async function read<Body extends { requestId?: string }>(
  caller: EcsCaller,
  call: EcsCall<Body>,
): Promise<Answered<Body> | NotListed> {
  const answer = await caller('describe', call);
  return answer.kind === 'unknown' && answer.code !== timeout ? caller('describe', call) : answer;
}
