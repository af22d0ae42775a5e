import { stringify } from 'csv-stringify/sync';

/** The library quotes a line's end as it writes one itself; a lone one would end the line for other readers. */
const quoted_match = /[\r\n]/;

/**
 * One line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula is made a text by an apostrophe:
 * names and reasons come from people, and whoever opens the file must not run them.
 */
export const csvLine = (cells: readonly (string | number | undefined)[]): string =>
  stringify([[...cells]], { record_delimiter: 'windows', escape_formulas: true, quoted_match });
