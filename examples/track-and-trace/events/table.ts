/** Rows of a table, in the words of the CSV files: every value a text, an absent one empty, times in ISO 8601. */
export type Row = Record<string, string>;

/** Reads a CSV file whose values hold neither commas nor quotes, as those beside this file do. */
export function parseCsv(text: string): Row[] {
  const [head = '', ...lines] = text.trim().split(/\r?\n/);
  const columns = head.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
  });
}

/** Fields that count milliseconds since the epoch. */
const TIMES = ['timestamp', 'changedAt', 'reportedAt'];

/** A decoded record as a row. */
export const toRow = (record: Record<string, unknown>): Row =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      value === null ? '' : TIMES.includes(name) ? new Date(Number(value)).toISOString().replace('.000Z', 'Z') : String(value),
    ]),
  );

/** Rows with aligned columns, for people. */
export function toTable(rows: Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  const print = (line: string[]): string =>
    line
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd();
  return [print(cells[0]!), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.slice(1).map(print)].join('\n');
}
