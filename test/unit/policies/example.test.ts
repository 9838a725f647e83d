import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openBundle, packBundle, readDescriptor } from '../../../descriptors/index.js';
import { defaultPolicies, evaluate } from '../../../policies/index.js';
import { change, facts } from './policy-samples.js';

describe('the track-and-trace example under the default policies', () => {
  it.each(['1.0.0', '1.1.0', '2.0.0'])(
    '%s is registered and deployed without a word, and asks once before it is retired',
    async (version) => {
      const { bytes } = await packBundle(join(import.meta.dirname, '../../../examples/track-and-trace', version));
      const { product } = readDescriptor(openBundle(bytes));
      const about = facts({ product: product!, changes: [change('kafka_topic.trip_status')] });
      const policies = defaultPolicies();
      // A draft is shown, and asks nothing yet.
      await expect(evaluate(policies, 'register', { ...about, operation: 'register' })).resolves.toEqual(
        ['tripStatus', 'tripPosition'].map((port) =>
          expect.objectContaining({ rule: 'policy/cloudevents', severity: 'info', message: expect.stringContaining(port) }),
        ),
      );
      await expect(evaluate(policies, 'plan', about)).resolves.toEqual([]);
      const retired = await evaluate(policies, 'retire', { ...about, operation: 'retire' });
      expect(retired.map(({ rule }) => rule)).toEqual(['policy/retire-needs-approval']);
    },
  );
});
