import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';

/** Runs the steps of pipelines as their runners do, as far as that can be had without the services themselves. */

export interface Ran {
  exitCode: number | undefined;
  /** Both streams of all steps. */
  log: string;
  /** What was added to the job's summary. */
  summary: string;
  outputs: { [name: string]: string };
}

interface Action {
  inputs?: { [name: string]: { required?: boolean; default?: string } };
  runs: { steps: { run: string; shell: string; env?: { [name: string]: string } }[] };
}

/** Of the contexts of GitHub's expressions: `github.actor`, `github.event.pull_request.base.sha`. */
export interface Context {
  [expression: string]: string;
}

export interface ActionOptions {
  cwd: string;
  env?: { [name: string]: string };
  context?: Context;
  /** Cancels the job when what was logged so far says so. Once. */
  seen?(log: string): boolean;
}

/**
 * The steps of a composite action of GitHub one after the other: expressions filled in, each in a bash with GitHub's own options, with the
 * files by which steps speak to the runner. A step that fails ends it.
 */
export async function runAction(
  folder: string,
  inputs: { [name: string]: string },
  { cwd, env = {}, context = {}, seen = () => false }: ActionOptions,
): Promise<Ran> {
  const action = parse(await readFile(join(folder, 'action.yml'), 'utf8')) as Action;
  const temp = await mkdtemp(join(tmpdir(), 'runner-'));
  const file = (name: string) => join(temp, name);
  const files = { GITHUB_STEP_SUMMARY: file('summary'), GITHUB_OUTPUT: file('output'), GITHUB_PATH: file('path') };
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const known = (expression: string): string => {
    const [, input] = /^inputs\.([\w-]+)$/.exec(expression) ?? [];
    if (input === undefined) return context[expression] ?? '';
    const declared = action.inputs?.[input];
    if (!declared) throw new Error(`the action has no input ${input}`);
    return inputs[input] ?? filled(declared.default ?? '');
  };
  const filled = (text: string): string => text.replaceAll(/\$\{\{ *([\w.-]+) *\}\}/g, (_, expression: string) => known(expression));
  let [log, exitCode]: [string, number | undefined] = ['', 0];
  try {
    for (const { run, env: own = {} } of action.runs.steps) {
      if (/\$\{\{/.test(run)) throw new Error(`what is written into a script would be run: ${run}`);
      const added = (await read(files.GITHUB_PATH)).trim().split('\n').reverse().join(':');
      const running = execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
        cwd,
        all: true,
        reject: false,
        timeout: LONGEST_MS,
        env: {
          ...env,
          ...files,
          ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, filled(value)])),
          PATH: `${added === '' ? '' : `${added}:`}${process.env['PATH']}`,
          GITHUB_ACTIONS: 'true',
          GITHUB_ACTION_PATH: resolve(folder),
          RUNNER_TEMP: temp,
          NODE_OPTIONS: '',
          FORCE_COLOR: '',
        },
      });
      let told = '';
      running.all.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        // As the runner cancels a job: its shell is told, and nobody else.
        if (seen(told)) running.kill('SIGTERM');
      });
      const ran = await running;
      log += `${ran.all}\n`;
      exitCode = ran.exitCode;
      if (exitCode !== 0) break;
    }
    const outputs = (await read(files.GITHUB_OUTPUT))
      .trim()
      .split('\n')
      .filter((line) => line.includes('='));
    return {
      exitCode,
      log,
      summary: await read(files.GITHUB_STEP_SUMMARY),
      outputs: Object.fromEntries(outputs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])),
    };
  } finally {
    await rm(temp, { recursive: true });
  }
}

/** Above what a step of a test takes. */
const LONGEST_MS = 200_000;

interface GitLabJob {
  extends?: string;
  variables?: { [name: string]: string };
  script?: string[];
}

/** The script of a GitLab job, with the variables of those that it extends; without what makes Steward ready, which is there already. */
export async function runGitLabJob(
  file: string,
  name: string,
  { cwd, variables }: { cwd: string; variables: { [name: string]: string } },
): Promise<{ exitCode: number | undefined; log: string }> {
  const jobs = parse(await readFile(file, 'utf8')) as { [name: string]: GitLabJob };
  const chain: GitLabJob[] = [];
  for (let next: string | undefined = name; next !== undefined; next = jobs[next]?.extends) chain.unshift(jobs[next]!);
  const declared = Object.assign({}, ...chain.map((job) => job.variables ?? {})) as { [name: string]: string };
  return bash((chain.at(-1)!.script ?? []).join('\n'), cwd, { ...declared, ...variables });
}

/** The shell steps of one stage of a Jenkinsfile, which gives them to `sh -xe`. */
export async function runJenkinsStage(
  file: string,
  stage: string,
  { cwd, env }: { cwd: string; env: { [name: string]: string } },
): Promise<{ exitCode: number | undefined; log: string }> {
  const text = await readFile(file, 'utf8');
  const [, body = ''] = text.split(`stage('${stage}')`);
  const [, script] = /sh '''(.*?)'''/s.exec(body) ?? [];
  if (script === undefined) throw new Error(`the stage ${stage} has no shell step`);
  // Groovy takes a backslash at the end of a line, with the line's end, out of such a text.
  return bash(script.replaceAll('\\\n', ''), cwd, env);
}

async function bash(script: string, cwd: string, env: { [name: string]: string }): Promise<{ exitCode: number | undefined; log: string }> {
  const path = `${process.env['PATH']}:${resolve('ci/bin')}`;
  const ran = await execa('bash', ['-eo', 'pipefail', '-c', script], {
    cwd,
    all: true,
    reject: false,
    timeout: LONGEST_MS,
    env: { ...env, PATH: path, NODE_OPTIONS: '', FORCE_COLOR: '' },
  });
  return { exitCode: ran.exitCode, log: ran.all };
}
