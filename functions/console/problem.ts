import { STATUS_CODES } from 'node:http';
import { bilingual } from '../../shared/rule/bilingual.ts';
import type { Refusal } from '../../shared/rule/refusal.ts';

/** An answer other than the one that was asked for; the app turns it into problem+json (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly path: string;
  readonly messageZh: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly leaseId: string | undefined;

  constructor(
    status: number,
    refusal: Refusal,
    more: { readonly headers?: Readonly<Record<string, string>>; readonly leaseId?: string | undefined } = {},
  ) {
    const { code, message, path, messageZh } = bilingual(refusal);
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.path = path;
    this.messageZh = messageZh;
    this.headers = more.headers ?? {};
    this.leaseId = more.leaseId;
  }
}

const statuses: Readonly<Record<string, number>> = {
  NOT_JSON: 400,
  LEASE_NOT_FOUND: 404,
  PRECONDITION_FAILED: 412,
  REQUEST_ID_REUSED: 409,
  APPROVAL_STALE: 409,
  NOT_AWAITING_APPROVAL: 409,
  AWAITING_APPROVAL: 409,
  OWN_REQUEST: 403,
};

/** A refusal of a message as the API answers it. */
export const refused = (refusal: Refusal, leaseId?: string | null): Problem =>
  new Problem(statuses[refusal.code] ?? 422, refusal, { leaseId: leaseId ?? undefined });

export function problemAnswer(problem: Problem): Response {
  const { status, code, message: detail, messageZh: detailZh, path, leaseId } = problem;
  // about:blank: the title is the status's own, and the code tells more.
  const body = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    detailZh,
    code,
    path,
    leaseId,
  };
  const headers = { 'content-type': 'application/problem+json; charset=utf-8', ...problem.headers };
  return new Response(JSON.stringify(body), { status, headers });
}
