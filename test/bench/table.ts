export type Row = string[];

/** Prints rows as a Markdown table with aligned columns. */
export function printTable(head: Row, rows: Row[]): void {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]!.length)));
  const print = (row: Row): void => console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
  print(head);
  print(widths.map((width) => '-'.repeat(width)));
  rows.forEach(print);
}

export const ms = (value: number): string => (value < 10_000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(1)} s`);

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
