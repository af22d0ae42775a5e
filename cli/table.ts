import stringWidth from 'string-width';

/**
 * Columns as wide as their widest cell on a terminal, where a Chinese sign takes two; two blanks between. `paint`
 * colours a cell after it was measured.
 */
export function table(
  rows: readonly (readonly string[])[],
  paint: (text: string, column: number, row: number) => string = (text) => text,
): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))));
  return rows.map((row, index) =>
    row
      .map((cell, column) => {
        const text = paint(cell, column, index);
        return column === row.length - 1 ? text : text + ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
      })
      .join('  '),
  );
}
