import type { Problem } from './answers.ts';

type Told = Pick<Problem, 'status' | 'code' | 'detail' | 'detailZh' | 'path'>;

/** An answer other than the one that was asked for, or none at all. */
export class ApiProblem extends Error {
  /** 0: nobody answered. */
  readonly status: number;
  readonly code: string;
  /** JSON Pointer to the field of the request. */
  readonly path: string;

  readonly messageZh: string | undefined;

  constructor({ status, code, detail, detailZh, path }: Told) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.path = path;
    this.messageZh = detailZh;
  }
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof ApiProblem ? error.status : undefined;
