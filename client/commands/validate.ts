import { Option } from 'commander';
import { failures } from '../../lifecycle/failures.js';
import type { Finding } from '../../lifecycle/finding.js';
import { codeFrame } from '../code-frame.js';
import { command } from '../command.js';
import { readLocal, type LocalDescriptor, type LocalOptions } from '../descriptor.js';
import { countOf, findingLines } from '../findings.js';
import { mapping } from '../mapping.js';

interface Options {
  normalised?: boolean;
  profile: NonNullable<LocalOptions['profile']>;
  namespace?: string;
  map?: NonNullable<LocalOptions['mapped']>;
}

/** Stands for the namespace that nobody has told (R29). */
const SOME_NAMESPACE = 'org.example';
const WITHOUT_NAMESPACE = `Write it, or tell the namespace: --namespace com.company. Here ${SOME_NAMESPACE} stands for it.`;
const isWithoutNamespace = ({ rule, severity }: Finding): boolean => rule === 'R29' && severity === 'error';

/** `steward validate`: needs no server. Exit 0 valid, 2 invalid. */
export const validate = command(
  'validate <descriptor>',
  'Judge a descriptor; needs no server',
  (self) =>
    self
      .argument('<descriptor>', 'path of the root document, or of its folder')
      .option('--normalised', 'add the canonical tree')
      .addOption(
        new Option('--profile <name>', 'tolerant reads older forms; strict is for what is written anew')
          .choices(['tolerant', 'strict'])
          .default('tolerant'),
      )
      .option('--namespace <name>', 'namespace of a product that does not write its fully qualified name')
      .option('--map <url=folder>', 'documents below this URL lie in this folder of the descriptor (may be repeated)', mapping),
  async (output, path: string, { normalised, map, namespace, profile }: Options) => {
    // Looking at a descriptor needs neither what lies elsewhere nor the namespace that the platform will give it: both are told.
    const options: LocalOptions = { profile, elsewhere: 'told', ...(map && { mapped: map }) };
    let read = await readLocal(path, { ...options, ...(namespace && { namespace }) });
    if (!namespace && read.findings.some(isWithoutNamespace)) {
      read = await readLocal(path, { ...options, namespace: SOME_NAMESPACE });
      read.findings.filter(({ rule }) => rule === 'R29').forEach((finding) => (finding.hint = WITHOUT_NAMESPACE));
    }
    const { product, findings } = read;
    const valid = product !== undefined;
    const count = countOf(findings);
    const verdict = valid ? `${product.info.name} ${product.info.version} is valid` : `${path} is not valid`;
    const tree = normalised && product ? product : undefined;
    const told = findingLines(findings, (finding) => frameOf(finding, read));
    const lines = [told, verdict + (count && ` (${count})`), tree ? JSON.stringify(tree, undefined, 2) : ''];
    output.result({ valid, findings, ...(tree && { normalised: tree }) }, lines.filter((line) => line !== '').join('\n'));
    if (!valid) process.exitCode = failures.InvalidDescriptor.exit;
  },
);

/** Where a secret stands is told; the place itself is not shown. */
function frameOf({ rule, file, line }: Finding, { files }: LocalDescriptor): string {
  if (rule === 'R114' || file === undefined || line === undefined || !files.has(file)) return '';
  return codeFrame(new TextDecoder().decode(files.read(file)), line);
}
