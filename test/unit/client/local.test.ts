import { beforeEach, describe, expect, it, jest } from '@jest/globals';

const runProgram = jest.fn(() => Promise.resolve());
jest.unstable_mockModule('../../../client/commands/program.js', () => ({ runProgram }));
const { local } = await import('../../../client/commands/local.js');

/** Proves that the options of the stack's own program reach it through the command line. */
describe('steward local', () => {
  beforeEach(() => void runProgram.mockClear());

  it.each([
    [['up'], ['up']],
    [
      ['up', '--home', '/tmp/x', '--free-ports'],
      ['up', '--home', '/tmp/x', '--free-ports'],
    ],
  ])('%j', async (written, passed) => {
    // Options of a former parse would stay in the command.
    local.setOptionValue('home', undefined).setOptionValue('freePorts', undefined);
    await local.parseAsync(written, { from: 'user' });
    expect(runProgram.mock.calls).toEqual([['local/main.js', { args: passed }]]);
  });

  it('tells of them in its help', () => {
    for (const option of ['--home <folder>', '--free-ports']) expect(local.helpInformation()).toContain(option);
  });
});
