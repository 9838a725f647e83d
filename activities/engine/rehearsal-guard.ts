import { Context } from '@temporalio/activity';
import type { EngineActivities } from '../../lifecycle/engine.js';
import type { GivenName, PlannedChange } from '../../lifecycle/executor.js';
import type { Finding } from '../../lifecycle/finding.js';
import type { PreviewedStep } from '../../lifecycle/plan.js';
import type { Survey, Unproven } from '../../lifecycle/rehearsal.js';
import { PREFIX_VARIABLE } from '../../lifecycle/twin.js';
import { holdsUnknown } from '../support/placeholders.js';
import type { EngineDeps } from './deps.js';
import { environmentOf } from './request.js';

/** Keeps a rehearsal from touching anything that is not its own: asked before its first effect, and again before each one. */
export function createRehearsalGuard(deps: EngineDeps): Pick<EngineActivities, 'findUnproven' | 'checkRehearsal'> {
  return {
    async findUnproven({ target, steps }) {
      const unproven = steps.map(async (step): Promise<Unproven[]> => {
        const { rehearsal } = deps.executors.get(step.executor)!;
        const scope = { line: target.line, fqn: target.fqn, environment: target.environment, version: '', step: step.id };
        const reason = rehearsal
          ? await rehearsal.unproven({ scope, change: step.change, outputs: target.outputs })
          : `${step.executor} cannot be asked for the names that it gives`;
        return reason === undefined ? [] : [{ step: step.id, reason }];
      });
      return (await Promise.all(unproven)).flat();
    },

    async checkRehearsal({ target, steps, outputs, found, final }) {
      const prefix = environmentOf(deps, target.environment).variables[PREFIX_VARIABLE]!;
      const checked = steps.map(async (step) => {
        const { rehearsal } = deps.executors.get(step.executor)!;
        const scope = { line: target.line, fqn: target.fqn, environment: target.environment, version: '', step: step.id };
        const input = { scope, change: step.change, outputs, before: step.preview.before };
        const isPlanned = step.change.to !== undefined && step.preview.changes.length > 0;
        const names = isPlanned ? await rehearsal!.names(input, Context.current().cancellationSignal) : [];
        const isNew = target.from === undefined;
        return [
          ...step.preview.changes.flatMap((change) => refusedChange(step, change, isNew)),
          ...names.flatMap((name) => refusedName(step, name, { prefix, found: isNew ? found : {}, final })),
        ];
      });
      return (await Promise.all(checked)).flat();
    },
  };
}

const refused = (rule: string, { change, title }: PreviewedStep, message: string, hint: string, file?: string): Finding => ({
  rule: `rehearsal/${rule}`,
  severity: 'error',
  pointer: '',
  message: `${title}${file === undefined ? '' : ` (${file})`}: ${message}`,
  hint,
  ...((file ?? change.to?.template?.path) !== undefined && { file: file ?? change.to?.template?.path }),
});

/** A rehearsed deploy only makes things; a rehearsed upgrade changes what the rehearsal itself has made. */
function refusedChange(step: PreviewedStep, { address, action }: PlannedChange, isNew: boolean): Finding[] {
  if (action === 'create' || (!isNew && action !== 'adopt')) return [];
  const hint = 'A rehearsal makes new things only: what is adopted or there already is not its own.';
  return [refused('not-new', step, `would ${action} ${address}, which a rehearsal may not`, hint)];
}

function refusedName(
  step: PreviewedStep,
  { kind, name, file }: GivenName,
  { prefix, found, final }: { prefix: string; found: Survey; final: boolean },
): Finding[] {
  const place = file ?? step.change.to?.template?.path;
  if (name === undefined) {
    const hint = 'Only things whose names are known before they are made can be rehearsed.';
    return [refused('unknown-name', step, `the plan does not tell under which name ${kind} would be made`, hint, place)];
  }
  // What an earlier step will say is looked at again then, before the effect.
  if (holdsUnknown(name) && !final) return [];
  if (!name.startsWith(prefix)) {
    const hint = `Put \${env:${PREFIX_VARIABLE}} before it, as for the topics of the product: in a rehearsal that is ${prefix}.`;
    return [refused('prefix', step, `${kind} ${name} does not begin with \${env:${PREFIX_VARIABLE}}`, hint, place)];
  }
  if (found[`${kind} ${name}`] === undefined) return [];
  const hint = 'An earlier rehearsal, or somebody else, has left it: remove it.';
  return [refused('exists', step, `${kind} ${name} exists already`, hint, place)];
}
