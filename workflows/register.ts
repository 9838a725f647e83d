import { CancellationScope, allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';
import type { RegisterInput, RegisterResult } from '../lifecycle/operations.js';
import { isError } from '../lifecycle/finding.js';
import type { Finding } from '../lifecycle/finding.js';
import { refusalOf } from '../lifecycle/refusal.js';
import { nextStart } from '../lifecycle/start-form.js';
import type { FailureType } from '../lifecycle/failures.js';
import { engine, recording } from './activities.js';
import { Decisions } from './decisions.js';
import { causeOf, endOf, failure } from './failure.js';
import { settleFindings } from './judge.js';
import { refuseTimeouts } from './operation.js';
import { Progress } from './progress.js';
import { label } from './search-attributes.js';

const steps = [
  ['bundle', 'pin the bundle'],
  ['validate', 'validate the descriptor'],
  ['compare', 'compare with the registered versions'],
  ['policies', 'judge by policy'],
  ['save', 'save to the catalog'],
  ['publish', 'publish metadata'],
] as const;

/** Makes a version known: valid, compatible, allowed, saved by one write, published. Or leaves no trace. */
export async function registerDataProduct(input: RegisterInput): Promise<RegisterResult> {
  const progress = new Progress('register', '?', '?');
  const decisions = new Decisions(progress);
  progress.steps(steps.map(([id, title]) => ({ id, title, executor: 'steward' })));
  label({ operation: 'register', state: 'reading' });
  const { workflowId, runId } = workflowInfo();
  const holder = { workflowId, runId };

  const step = async <T>(id: (typeof steps)[number][0], work: () => Promise<T>): Promise<T> => {
    progress.step(id, 'running');
    try {
      const result = await work();
      progress.step(id, 'done');
      return result;
    } catch (error) {
      progress.step(id, 'failed');
      throw error;
    }
  };

  const recipe = async (): Promise<RegisterResult> => {
    refuseTimeouts();
    const { bundle, requestedBy, requester, policies, settings, uiUrl } = await step('bundle', () => engine().pinBundle(input));
    const { line, fqn, version, domain, findings } = await step('validate', async () => {
      const validated = await engine(settings).validateBundle({ bundle, requestedBy, requester });
      progress.names(validated.displayName, validated.version, uiUrl);
      return accept(validated, validated.findings, 'InvalidDescriptor');
    });
    label({ product: line, domain, operation: 'register', state: 'registering', requestedBy });
    const dryRun = input.dryRun === true;
    for (;;) {
      const {
        alreadyRegistered,
        comparedWith,
        findings: compared,
      } = await step('compare', async () => {
        const comparison = await engine(settings).checkCompatibility({ bundle });
        return accept(comparison, comparison.findings, 'NotCompatible');
      });
      const known = { product: line, fqn, version, bundle, findings: [...findings, ...compared] };
      if (alreadyRegistered) return end('alreadyRegistered', known, uiUrl);
      const { judged, waited } = await step('policies', async () => {
        const judgements = await engine(settings).judgeRegistration({
          bundle,
          requestedBy,
          requester,
          reason: input.reason,
          ticket: input.ticket,
          policies,
        });
        const asked = await settleFindings(judgements, { engine: engine(settings), decisions, progress, holder, dryRun });
        return { judged: judgements, waited: asked };
      });
      // Versions and policies may have come in between: looked at afresh, with what was granted.
      if (waited) continue;
      const all = [...known.findings, ...judged];
      if (dryRun) return end('valid', { ...known, findings: all }, uiUrl);
      const result = await step('save', () =>
        engine(settings).commitVersion({ bundle, requestedBy, holder, findings: all, policies, comparedWith }),
      );
      // Another version was registered meanwhile: compared again, never overwritten.
      if (result.state === 'changed') continue;
      await CancellationScope.nonCancellable(() => step('publish', () => recording.publishMetadata({ bundle })));
      return end(result.state, result, uiUrl);
    }
  };

  const end = (state: RegisterResult['state'], result: Omit<RegisterResult, 'state'>, uiUrl: string): RegisterResult => {
    progress.succeeded(state, nextStart('register', state, { line: result.product, version: result.version }), uiUrl);
    label({ state: 'registered' });
    return { ...result, state };
  };

  try {
    return await recipe();
  } catch (error) {
    const { product, steps: all } = progress.status;
    progress.state('failed');
    label({ state: 'failed' });
    const failed = all.find(({ state }) => state === 'failed')?.title;
    throw progress.failed(endOf(causeOf(error), { product, step: failed, ended: 'refused', remains: [] }));
  } finally {
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

/** Goes on with what has no error; else refuses with the whole list. */
function accept<T>(checked: T, findings: Finding[], type: FailureType): T {
  const errors = findings.filter(isError);
  if (errors.length === 0) return checked;
  const refusal = refusalOf(errors, type);
  throw failure(refusal.type, refusal.message, { findings });
}
