import { bootstrap as prepare } from '../bootstrap.js';
import { howToMakeCurrent } from '../../lifecycle/worker-versions.js';
import { command } from '../command.js';
import { connectToServer } from '../connect.js';

/** `steward bootstrap`: namespace and search attributes. */
export const bootstrap = command(
  'bootstrap',
  'Make the Temporal namespace and search attributes that Steward needs (harmless when repeated)',
  (self) => self,
  async (output) => {
    const { connection, namespace } = await connectToServer();
    try {
      const done = await prepare(connection, namespace);
      for (const version of done.notCurrent)
        output.tell(
          `no version of the deployment ${version.deployment} is current, so runs wait; to let them go on: ${howToMakeCurrent(version)}`,
        );
      output.result(done, `namespace ${namespace} ${done.namespace}; search attributes added: ${done.added.join(', ') || 'none'}`);
    } finally {
      await connection.close();
    }
  },
);
