import { bootstrap as prepare } from '../bootstrap.js';
import { howToMakeCurrent } from '../../lifecycle/worker-versions.js';
import { command } from '../command.js';
import { connectToServer } from '../connect.js';
import { temporalSettings } from '../temporal-settings.js';
import { uiUrlOf } from '../ui-url.js';
import { views } from '../views.js';

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
      const lists = views(uiUrlOf({ ...temporalSettings(), namespace }));
      output.result(
        { ...done, views: lists },
        [
          `namespace ${namespace} ${done.namespace}; search attributes added: ${done.added.join(', ') || 'none'}`,
          'lists worth saving as views in the Temporal UI:',
          ...lists.map(({ name, link }) => `  ${name}: ${link}`),
        ].join('\n'),
      );
    } finally {
      await connection.close();
    }
  },
);
