/** What a caller may branch on: the port and the folder are the user's to free, the rest is ours to explain. */
export type PostgresErrorCode = 'PORT_BUSY' | 'FOLDER_BUSY' | 'NO_BINARIES' | 'NO_USER' | 'START_FAILED';

/** Why the database of this machine could not be started, and what to do about it. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly code: PostgresErrorCode;

  constructor(code: PostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
