import { describe, expect, it } from '@jest/globals';
import { lineIn, rootCause } from '../../../../../activities/executors/flink-sql/server-message.js';

// As answered by a real gateway of Flink 1.20, most of its stack left out.
const refused = `Internal server error.
<Exception on server side:
org.apache.flink.table.gateway.api.utils.SqlGatewayException: Failed to fetchResults.
	at org.apache.flink.table.gateway.rest.handler.statement.FetchResultsHandler.handleRequest(FetchResultsHandler.java:91)
Caused by: org.apache.calcite.runtime.CalciteContextException: At line 3, column 9: Column 'b' not found in any table
	... 18 more
Caused by: org.apache.calcite.sql.validate.SqlValidatorException: Column 'b' not found in any table
	... 39 more

End of exception on server side>`;

describe('what a Flink answer really says', () => {
  it('is the innermost cause, without its class, and the line that an outer one names', () => {
    expect(rootCause(refused)).toBe("Column 'b' not found in any table");
    expect(lineIn(refused)).toBe(3);
  });

  it('leaves out the list of all tokens that the parser would have taken', () => {
    const text =
      'Caused by: org.apache.calcite.sql.parser.SqlParseException: Encountered "one" at line 1, column 24.\nWas expecting one of:\n    <IDENTIFIER> ...\n    \n\tat x.Y.z(Y.java:1)';
    expect(rootCause(text)).toBe('Encountered "one" at line 1, column 24.');
  });

  it('is the first line where nothing is caused by anything', () => {
    expect(rootCause('java.lang.NumberFormatException: For input string: "x"\n\tat java.lang.Integer.parseInt(Integer.java:1)')).toBe(
      'For input string: "x"',
    );
    expect(rootCause('')).toBe('');
    expect(lineIn('no position')).toBeUndefined();
  });
});
