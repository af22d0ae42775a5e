import type { Problem } from './answers.ts';

/** An answer other than the one that was asked for, or none at all. */
export class ApiProblem extends Error {
  /** 0: nobody answered. */
  readonly status: number;
  readonly code: string;
  /** JSON Pointer to the field of the request. */
  readonly path: string;

  constructor({ status, code, detail, path }: Pick<Problem, 'status' | 'code' | 'detail' | 'path'>) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.path = path;
  }
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof ApiProblem ? error.status : undefined;
