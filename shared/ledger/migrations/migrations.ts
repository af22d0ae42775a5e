import { firstTables } from './0001-first-tables.ts';
import { journalMac } from './0002-journal-mac.ts';
import { whoHasWhatOpen } from './0003-who-has-what-open.ts';
import { oldMarks } from './0004-old-marks.ts';

export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

/**
 * In their order, never changed once released. Each only widens (new tables, new columns that may be empty), so that
 * code of the version before goes on beside it. Text in a module, so that a bundle carries it.
 */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'first-tables', sql: firstTables },
  { version: 2, name: 'journal-mac', sql: journalMac },
  { version: 3, name: 'who-has-what-open', sql: whoHasWhatOpen },
  { version: 4, name: 'old-marks', sql: oldMarks },
];
