import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Digest } from '../../lifecycle/digest.js';
import type { OperationKind } from '../../lifecycle/ids.js';
import type { DecisionVerb } from '../../lifecycle/statements.js';

/** What people say about a request for an exception. */
interface Said {
  environment: string;
  comment?: string;
  to?: string;
  until?: string;
}

/** Body of `POST /decisions`. */
export interface DecisionBody extends Said {
  exception: Digest;
  line: string;
  decision: 'approve' | 'reject' | 'delegate';
}

/** Bodies of `POST /statements`. */
export type StatementBody = DecisionStatementBody | RequestStatementBody;

export interface DecisionStatementBody extends Said {
  kind: 'decision';
  exception: Digest;
  /** The request's deadline, as its page and its status say it. */
  request: string;
  decision: DecisionVerb;
}

export interface RequestStatementBody {
  kind: 'request';
  operation: OperationKind;
  environment: string;
  /** The operation's input, or its digest. */
  input: object | Digest;
}

const text = { type: 'string', minLength: 1, maxLength: 256 };
const digest = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
const time = { type: 'string', format: 'date-time', maxLength: 40 };
/** Statement and message have to stay below what a request takes. */
const comment = { type: 'string', maxLength: 1000 };
const said = { environment: text, comment, to: text, until: time };

const shape = (required: string[], properties: object): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const ajv = new Ajv({ allErrors: true, discriminator: true, strictRequired: false });
addFormats.default(ajv, ['date-time']);

export const isDecisionBody: ValidateFunction<DecisionBody> = ajv.compile<DecisionBody>(
  shape(['exception', 'line', 'environment', 'decision'], {
    ...said,
    exception: digest,
    line: { ...text, maxLength: 512 },
    decision: { enum: ['approve', 'reject', 'delegate'] },
  }),
);

export const isStatementBody: ValidateFunction<StatementBody> = ajv.compile<StatementBody>({
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: [
    shape(['kind', 'exception', 'request', 'environment', 'decision'], {
      ...said,
      kind: { const: 'decision' },
      exception: digest,
      request: time,
      decision: { enum: ['approve', 'reject', 'delegate', 'withdraw', 'renew'] },
    }),
    shape(['kind', 'operation', 'environment', 'input'], {
      kind: { const: 'request' },
      operation: { enum: ['register', 'deploy', 'upgrade', 'retire', 'recover', 'rehearse', 'inspect'] },
      environment: text,
      input: { anyOf: [{ type: 'object' }, digest] },
    }),
  ],
});
