import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify, parse } from 'yaml';
import {
  compareDescriptors,
  filesOf,
  memoryCache,
  readDescriptor,
  withForeignDocuments,
  type BundleFiles,
  type Product,
} from '../../descriptors/index.js';
import { projectRoot } from '../../local/project-root.js';
import { hugeDefinitions, manyPorts, withPorts } from '../support/large-descriptor.js';
import { exampleFiles, minimal, ROOT } from '../unit/descriptors/example.js';
import { commandLine, type Run } from './command-line.js';
import { median, ms, printTable, type Row } from './table.js';

const MIB = 1024 * 1024;
/** Long enough that a collection of garbage or two belongs to it. */
const MEASURED_MS = 3_000;
/** Starts of a process; the median is told. */
const STARTS = 7;

/** Measures reading, judging and comparing in memory, and the command line from its cold start. Needs no servers. */
export async function measureDescriptors(): Promise<void> {
  const rows = [...(await rates()), ...(await coldStarts())];
  console.log('\nDescriptors:\n');
  printTable(['what', 'figure', 'what it means'], rows);
}

async function rates(): Promise<Row[]> {
  const [former, next] = [exampleInJson('1.0.0'), exampleInJson('1.1.0')];
  const large = inMemory(withPorts(200));
  const changed = withPorts(200);
  for (const port of changed.interfaceComponents.outputPorts as { description: string }[]) port.description += ' Changed.';
  return [
    ...(await ofOne('the example', former, next, 'split over files')),
    ...(await ofOne('200 ports', large, inMemory(changed), `one document of ${(sizeOf(large) / MIB).toFixed(1)} MiB`)),
  ];
}

async function ofOne(name: string, old: BundleFiles, next: BundleFiles, what: string): Promise<Row[]> {
  const cache = memoryCache();
  const [former, current] = [productOf(old), productOf(next)];
  return [
    [
      `validate ${name}`,
      await perSecond(() => readDescriptor(old)),
      `JSON in memory, ${what}: read, resolved, normalised, judged by the rules`,
    ],
    [
      `validate ${name}, with its documents`,
      await perSecond(() => withForeignDocuments(readDescriptor(old), cache)),
      'the same, and the documents of its ports, of which the verdicts are known',
    ],
    [`compare ${name}`, await perSecond(() => compareDescriptors(former, current)), 'two versions that were read before, every rule'],
  ];
}

async function coldStarts(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'steward-bench-'));
  try {
    const small = minimal();
    // No language that a judge is loaded for.
    Object.assign((small.interfaceComponents.outputPorts[0] as { promises: { api: object } }).promises.api, { specification: 'custom' });
    const [plain, many, huge, yaml] = ['small.json', 'many.json', 'huge.json', 'many.yaml'].map((file) => join(folder, file));
    await writeFile(plain!, JSON.stringify(small, null, 2));
    await writeFile(many!, JSON.stringify(manyPorts(5 * MIB), null, 2));
    await writeFile(huge!, JSON.stringify(hugeDefinitions(5 * MIB), null, 2));
    await writeFile(yaml!, stringify(manyPorts(5 * MIB)));
    const example = join(projectRoot, 'examples', 'track-and-trace', '1.0.0');
    const start = (path: string, cache?: string): Promise<Run> => commandLine(['validate', path], cache);
    const times = async (path: string, cache?: string): Promise<string> => {
      const runs = await repeated(() => start(path, cache));
      return timeOf({ ms: median(runs.map((run) => run.ms)), processorMs: median(runs.map((run) => run.processorMs)) });
    };
    const rows: Row[] = [
      ['cold start: a small descriptor', await times(plain!), `steward validate, the rules alone; median of ${STARTS}; aim: under 300 ms`],
      [
        'cold start: the example, first time',
        await times(example),
        "its documents are judged by the languages' own libraries; aim: under 1.5 s",
      ],
      [
        'cold start: the example, again',
        await times(example, join(folder, 'verdicts')),
        'their verdicts are found in the cache; aim: under 300 ms',
      ],
    ];
    for (const [name, path] of [
      ['many ports, JSON', many!],
      ['huge definitions, JSON', huge!],
      ['many ports, YAML', yaml!],
    ] as const) {
      const run = await start(path);
      rows.push([`5 MiB, ${name}`, `${run.peakMb.toFixed(0)} MB`, `resident at most, of steward validate; it took ${timeOf(run)}`]);
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const timeOf = (run: Pick<Run, 'ms' | 'processorMs'>): string => `${ms(run.ms)} (processor ${ms(run.processorMs)})`;

/** The first one warms the disk, and the cache of verdicts. */
async function repeated(start: () => Promise<Run>): Promise<Run[]> {
  await start();
  const runs: Run[] = [];
  while (runs.length < STARTS) runs.push(await start());
  return runs;
}

async function perSecond(work: () => unknown): Promise<string> {
  const until = async (end: number): Promise<number> => {
    let count = 0;
    for (; performance.now() < end; count++) await work();
    return count;
  };
  await until(performance.now() + MEASURED_MS / 3);
  const began = performance.now();
  const count = await until(began + MEASURED_MS);
  const rate = (count * 1000) / (performance.now() - began);
  return `${rate < 100 ? rate.toFixed(1) : rate.toFixed(0)} /s`;
}

/** The example with its documents of YAML written as JSON. */
function exampleInJson(version: string): BundleFiles {
  const files = new Map<string, Uint8Array>();
  for (const [path, bytes] of exampleFiles(version)) {
    const text = new TextDecoder().decode(bytes);
    const value: unknown = /\.(json|ya?ml|avsc)$/.test(path) ? parse(text) : undefined;
    const written = value === undefined ? text : JSON.stringify(value, null, 2).replaceAll(/\.ya?ml"/g, '.json"');
    files.set(path.replace(/\.ya?ml$/, '.json'), new TextEncoder().encode(written));
  }
  return filesOf(ROOT, files);
}

const inMemory = (descriptor: object): BundleFiles =>
  filesOf(ROOT, new Map([[ROOT, new TextEncoder().encode(JSON.stringify(descriptor, null, 2))]]));

const sizeOf = (files: BundleFiles): number => files.read(files.root).length;

function productOf(files: BundleFiles): Product {
  const { product, findings } = readDescriptor(files);
  if (!product) throw new Error(`a descriptor of the bench is not valid: ${findings[0]?.message}`);
  return product;
}
