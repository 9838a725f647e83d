import { jest } from '@jest/globals';

// Real servers, real crashes and five of each on two cores: what fails once is tried once more, and the first error is printed.
// What is really broken fails twice.
jest.retryTimes(1, { logErrorsBeforeRetry: true });
