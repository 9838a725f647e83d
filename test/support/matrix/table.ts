import type { CellResult, Ending } from './cells.js';

const endings: Ending[] = ['same end', 'compensated', 'refused', 'stuck, with its list', 'done, the run says otherwise'];

/** Markdown: a row an operation and disturbance, a column an ending, each with the number of cells. */
export function tableOf(results: CellResult[]): string {
  const rows = groupsOf(results);
  const count = (cells: CellResult[], ending: Ending): string => String(cells.filter((cell) => cell.ending === ending).length || '');
  const lines = [...rows].map(([row, cells]) => {
    const wrong = cells.filter(({ fault }) => fault).length;
    return `| ${[row, cells.length, ...endings.map((ending) => count(cells, ending)), wrong || ''].join(' | ')} |`;
  });
  const head = ['operation', 'what is done to it', 'cells', ...endings, 'wrong'];
  return [`| ${head.join(' | ')} |`, `|${head.map(() => ' --- |').join('')}`, ...lines].join('\n');
}

function groupsOf(results: CellResult[]): Map<string, CellResult[]> {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const row = `${result.operation} | ${result.disturbance}`;
    groups.set(row, [...(groups.get(row) ?? []), result]);
  }
  return groups;
}
