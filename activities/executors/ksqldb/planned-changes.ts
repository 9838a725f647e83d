import type { PlannedChange } from '../../../lifecycle/executor.js';
import type { Action } from './plan.js';
import { isQuery, label, offsetResetOf } from './statement.js';
import type { Statement } from './statement.js';

/** What the rehearsal on the server has told about single statements, by address. */
export interface Told {
  /** Replacements whose way back the server refuses, or that could not be tried. */
  oneWay: ReadonlySet<string>;
  /** Set where these could not be tried. */
  untried?: true;
  /** Why something is dropped and made again, in the server's words. */
  reasons: Readonly<Record<string, string>>;
}

/** What a plan means in the words of the contract, with what it does to rows and offsets. */
export const plannedChanges = (
  actions: Action[],
  { oneWay, untried, reasons }: Told = { oneWay: new Set(), reasons: {} },
): PlannedChange[] => {
  const made = new Set(actions.flatMap(({ kind, address, again }) => (again && (kind === 'create' || kind === 'insert') ? [address] : [])));
  return actions.flatMap((action): PlannedChange[] => {
    const { kind, address, phase, again, statement } = action;
    const query = isQuery(statement);
    switch (kind) {
      case 'assert':
        return [];
      case 'create':
      case 'insert': {
        // A schema that ksqlDB registered, or a sink topic that it made, is not taken back with the stream.
        const base = { address, phase, undo: 'equivalent' } as const;
        const first = query ? `${label(statement)}: ${startOf(statement)}` : label(statement);
        if (!again) return [{ ...base, action: 'create', dataLoss: false, summary: first }];
        const why = reasons[address] === undefined ? '' : `ksqlDB does not replace it in place (${reasons[address]}): `;
        const how = query ? startAgainOf(statement) : 'the topic and its records stay';
        // The end of a query that has another id is a change of its own, and the one that loses its offsets.
        const isSame = actions.some((other) => other.again && other.address === address && other !== action);
        return [
          {
            ...base,
            action: isSame ? 'replace' : 'create',
            dataLoss: isSame && (query || (action.former !== undefined && isQuery(action.former.statement))),
            summary: `${label(statement)}: ${why}${isSame ? 'dropped and made again; ' : ''}${how}`,
          },
        ];
      }
      case 'replace': {
        const undo = oneWay.has(address) ? 'none' : 'equivalent';
        const back = untried ? 'whether there is a way back could not be tried yet' : 'ksqlDB refuses the way back';
        const summary = `${label(statement)}: replaced in place, offsets and state are kept, rows already written stay${undo === 'none' ? `; ${back}` : ''}`;
        return [{ address, action: 'update', dataLoss: false, phase, undo, summary }];
      }
      case 'drop':
      case 'terminate': {
        if (again && made.has(address)) return [];
        const summary = query
          ? 'the query ends and its offsets are lost; the topic and its records stay'
          : 'the topic and its records stay';
        return [{ address, action: 'delete', dataLoss: query, phase, undo: 'equivalent', summary }];
      }
    }
  });
};

/** Where a new query begins. */
const startOf = (statement: Statement): string => {
  const start = offsetResetOf(statement);
  if (start === 'earliest') return 'it reads its sources from the first record that they still hold';
  if (start !== undefined) return 'it reads what comes from now on, and nothing that its sources hold already';
  return 'it begins where the server is set to: with what comes from now on, unless somebody has changed that';
};

/** Where a query begins that takes the place of one whose offsets are lost. */
const startAgainOf = (statement: Statement): string =>
  offsetResetOf(statement) === 'earliest'
    ? 'it reads its sources again from their first record, so that rows that are written already come a second time'
    : 'it reads on from the newest record, so that what arrives while none of the two runs is missed, and counts and joins begin anew';
