import { Argument } from 'commander';
import { Failure } from '../../lifecycle/failures.js';
import { defaultsFolder, readPolicies, runCases, type CaseResult, type PolicyBundle } from '../../policies/index.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import type { Output } from '../output.js';
import { opaFailure, opaFor, opaOption, unusable, withUse } from '../policies.js';

/** `steward policy test`, `steward policy list`: policies and the cases beside them; needs no server. */
export const policy = command(
  'policy <action> [folder]',
  'Policies: test runs the cases beside them, list shows them; needs no server',
  (self) =>
    self
      .addArgument(new Argument('<action>', 'what to do').choices(['test', 'list']))
      .argument('[folder]', 'folder of policies; left out: the ones that come with Steward')
      .option(...opaOption),
  async (output, action: 'test' | 'list', given: string | undefined, { opa: url }: { opa?: string }) => {
    const folder = given ?? defaultsFolder;
    const bundle = withUse(folder, () => readPolicies(folder));
    if (action === 'list') return list(output, bundle);
    const opa = opaFor(url, bundle.policies);
    const tested = await runCases(folder, bundle, opa).catch((cause: unknown) => Promise.reject(unusable(folder, opaFailure(cause))));
    const failed = tested.results.filter(({ found }) => found !== undefined);
    const untested = tested.untested.map((name) => `${colours.yellow('no case')} ${name}`);
    const summary = `${tested.results.length - failed.length} of ${tested.results.length} cases hold`;
    const text = [...tested.results.map(told), ...untested, summary].join('\n');
    if (failed.length > 0) {
      output.tell(text);
      const names = [...new Set(failed.map((each) => each.policy))].join(', ');
      throw new Failure('InvalidInput', `${failed.length} case(s) of ${names} do not hold`, { details: tested });
    }
    output.result(tested, text);
  },
);

function list(output: Output, { digest, policies }: PolicyBundle): void {
  const lines = policies.map(
    ({ name, version, life, severity, points, description, owner, links = [] }) =>
      `${colours.bold(name)} ${version} (${severity}, ${life}; ${points.join(', ')})\n    ${[description, `Owner: ${owner}`, ...links.map(linkLine)].join('\n    ')}`,
  );
  output.result({ digest, policies }, [...lines, `${policies.length} policies: ${digest}`].join('\n'));
}

const linkLine = ({ title, url }: { title: string; url: string }): string => `${title}: ${url}`;

const told = ({ policy: name, says, found }: CaseResult): string =>
  found === undefined
    ? `${colours.green('holds')}   ${name}: ${says}`
    : `${colours.red('fails')}   ${name}: ${says}\n    found: ${JSON.stringify(found.map(({ pointer, message, severity }) => ({ pointer, message, severity })))}`;
