import { describe, expect, it } from '@jest/globals';
import { formatArguments } from '../../../local/stack/servers/kafka.js';

describe('the storage of Kafka', () => {
  it('is formatted with any cluster id: one in 64 begins with a dash, and must not be taken for an option', () => {
    const given = formatArguments('-AAAAAAAAAAAAAAAAAAAAA', '/data/server.properties');
    expect(given.filter((argument) => argument.startsWith('-A'))).toEqual([]);
    expect(given).toContain('--cluster-id=-AAAAAAAAAAAAAAAAAAAAA');
  });
});
