import type { Command } from 'commander';

/** One command as the list of commands shows it; the rest is loaded when it is called. */
export interface Entry {
  usage: string;
  description: string;
  load(): Promise<Command>;
}

const entry = (usage: string, description: string, load: () => Promise<Command>): Entry => ({ usage, description, load });

const decide = () => import('./decide.js');
const operate = () => import('./operate.js');

/** The command line's table of contents. A test compares it with the commands themselves. */
export const commands: readonly Entry[] = [
  entry('validate <descriptor>', 'Judge a descriptor; needs no server', async () => (await import('./validate.js')).validate),
  entry(
    'explain [rule]',
    'Tell a rule of descriptors, e.g. R59; all of them without one',
    async () => (await import('./explain.js')).explain,
  ),
  entry('diff <old> <new>', 'Compare two versions of a descriptor; needs no server', async () => (await import('./diff.js')).diff),
  entry(
    'check <descriptor>',
    'Judge a descriptor by the policies of a registration; needs no server',
    async () => (await import('./check.js')).check,
  ),
  entry(
    'review <descriptor>',
    'Validate, compare and judge at once, with reports for a pull request; needs no server',
    async () => (await import('./review.js')).review,
  ),
  entry(
    'policy <action> [folder]',
    'Policies: test runs the cases beside them, list shows them; needs no server',
    async () => (await import('./policy.js')).policy,
  ),
  entry(
    'register <descriptor>',
    'Register a version: validate, compare with the registered versions, judge by policy, save, publish',
    async () => (await import('./register.js')).register,
  ),
  entry(
    'deliver <descriptor>',
    'Register a version and bring it to an environment, by a deploy or an upgrade: for pipelines, safe to repeat',
    async () => (await import('./deliver.js')).deliver,
  ),
  entry(
    'plan <product> [version]',
    'Show what an operation would change; nothing is changed',
    async () => (await import('./plan.js')).plan,
  ),
  entry(
    'deploy <product> <version>',
    'Bring a registered version to life in an environment, or leave the environment as it was',
    async () => (await operate()).deploy,
  ),
  entry(
    'upgrade <product> <version>',
    'Take what runs to another version (downward too), or back to what it was',
    async () => (await operate()).upgrade,
  ),
  entry(
    'retire <product> <version>',
    'Announce the end, wait until the sunset date, remove everything',
    async () => (await operate()).retire,
  ),
  entry(
    'rehearse <product> [version]',
    'Prove that a deploy (or, with --from, an upgrade) can be undone: do it under a name prefix, undo it, compare',
    async () => (await import('./rehearse.js')).rehearse,
  ),
  entry(
    'inspect <product> [version]',
    'Look whether what runs works and is as it was deployed; nothing is changed',
    async () => (await import('./inspect.js')).inspect,
  ),
  entry('approvals', 'List the requests that wait for a decision', async () => (await import('./approvals.js')).approvals),
  entry('approve <exception>', 'Grant a request for an exception', async () => (await decide()).approve),
  entry('reject <exception>', 'Refuse a request for an exception', async () => (await decide()).reject),
  entry('delegate <exception>', 'Let somebody else decide a request from your place', async () => (await decide()).delegate),
  entry(
    'withdraw <exception>',
    'Take your own request for an exception back; what waited for it ends without effect',
    async () => (await import('./withdraw.js')).withdraw,
  ),
  entry(
    'renew <exception>',
    'Ask for a granted exception once more before it runs out; the same people decide, and what was granted holds meanwhile',
    async () => (await import('./renew.js')).renew,
  ),
  entry(
    'exceptions [product]',
    'List the exceptions in force: who waived what, until when, over which products',
    async () => (await import('./exceptions.js')).exceptions,
  ),
  entry(
    'audit <product>',
    'Tell the story of a product from the evidence in the catalog: operations, findings, decisions',
    async () => (await import('./audit.js')).audit,
  ),
  entry(
    'owns <product>',
    'List what a product owns in each environment: what it made, what it adopted, what was left of it by decision',
    async () => (await import('./owns.js')).owns,
  ),
  entry(
    'status [id]',
    'Show the newest operations, those of a product, or one of them by its workflow id',
    async () => (await import('./status.js')).status,
  ),
  entry(
    'recover [product]',
    'Finish or undo what an operation left that was ended from outside (every other operation does this first, too)',
    async () => (await import('./recover.js')).recover,
  ),
  entry(
    'resolve <id> <step>',
    'Say what to do about a step that could not be undone (steward status <id> lists what remains)',
    async () => (await import('./resolve.js')).resolve,
  ),
  entry(
    'key <action> [file]',
    'Keys to sign with: create makes one, show tells the public half; or a key to encrypt with; needs no server',
    async () => (await import('./key.js')).key,
  ),
  entry(
    'bootstrap',
    'Make the Temporal namespace and search attributes that Steward needs (harmless when repeated)',
    async () => (await import('./bootstrap.js')).bootstrap,
  ),
  entry('worker', 'Run a worker (configuration: STEWARD_CONFIG, default ./steward.yaml)', async () => (await import('./worker.js')).worker),
  entry('local <action>', 'The stack for one machine: up, down, status, fetch', async () => (await import('./local.js')).local),
];
