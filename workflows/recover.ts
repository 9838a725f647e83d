import { patched } from '@temporalio/workflow';
import type { RecoverInput, RecoverResult } from '../lifecycle/operations.js';
import { recording } from './activities.js';
import { operation } from './operation.js';
import { label } from './search-attributes.js';

/** Finishes or undoes what an operation left that was ended from outside. Every other operation does this first, too. */
export async function recoverDataProduct(input: RecoverInput): Promise<RecoverResult> {
  return operation('recover', { version: '', ...input }, async (run) => {
    const { line: product, environment } = await run.read();
    // Of a retirement that waited for its date, all that was done is the announcement.
    const forgotten = patched('forgotten announcements are taken back')
      ? await recording.withdrawForgotten({ line: product, environment })
      : [];
    for (const workflowId of forgotten) run.progress.note(`took back what ${workflowId} had announced`);
    const recovered = run.recovered ?? forgotten[0];
    const state = recovered ? 'recovered' : 'clean';
    run.progress.state(state);
    label({ state });
    return { state, product, environment, recovered };
  });
}
