import type { RecoverInput, RecoverResult } from '../lifecycle/operations.js';
import { operation } from './operation.js';
import { label } from './search-attributes.js';

/** Finishes or undoes what an operation left that was ended from outside. Every other operation does this first, too. */
export async function recoverDataProduct(input: RecoverInput): Promise<RecoverResult> {
  return operation('recover', { version: '', ...input }, async (run) => {
    const { line: product, environment } = await run.read();
    const { recovered } = run;
    const state = recovered ? 'recovered' : 'clean';
    run.progress.state(state);
    label({ state });
    return { state, product, environment, recovered };
  });
}
