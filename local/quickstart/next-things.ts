import { lineOf } from '../../descriptors/index.js';
import { startForm, startLink } from '../../lifecycle/start-form.js';
import { localPeople } from '../steward-config.js';
import { ENVIRONMENT } from './operate.js';
import { CATALOG_BUCKET, type Session } from './session.js';

const PRODUCT = lineOf('urn:dpds:com.company-xyz:dataproducts:trackandtrace:1')!;

/** What a newcomer can try while everything runs: commands to paste, and one object for the Temporal UI. */
export function nextThings({ connected, servers, credentialsInShell }: Session): string {
  const form = (operation: 'deploy' | 'upgrade', version: string): string => {
    const filled = startForm(operation, PRODUCT, ENVIRONMENT, { product: PRODUCT, version, environment: ENVIRONMENT });
    return `${startLink(connected.uiUrl, filled)}\n${JSON.stringify(filled.input)}`;
  };
  const steward = 'npm run --silent steward --';
  return `In another terminal, in this folder:

export TEMPORAL_ADDRESS=${servers.temporal} TEMPORAL_UI_URL=${servers.temporalUi}
export STEWARD_CATALOG_BUCKET=${CATALOG_BUCKET} STEWARD_CATALOG_ENDPOINT=${servers.s3.endpoint}
${credentialsInShell}

${steward} status
${steward} plan ${PRODUCT} 1.0.0
${steward} deploy ${PRODUCT} 1.0.0
${steward} diff examples/track-and-trace/1.0.0/data-product-descriptor.json examples/track-and-trace/1.1.0/data-product-descriptor.json
${steward} upgrade ${PRODUCT} 1.1.0
${steward} retire ${PRODUCT} 1.1.0 --as ${localPeople.developer}
${steward} approvals
${steward} approve <exception> --as ${localPeople.approver}

Or from the Temporal UI: open the link, paste the object as input (encoding json/plain), start.

${form('deploy', '1.0.0')}

${form('upgrade', '1.1.0')}`;
}
