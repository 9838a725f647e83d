import { Client } from '@temporalio/client';
import type { ListOptions, WorkflowExecutionInfo } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { isEncrypted } from '../encryption/index.js';
import type { Connected } from './connect.js';

/** What memos say is in no list, so that one run which cannot be read hides no other, and no codec server is asked for each. */
const unread: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) => Promise.resolve(payloads.map((payload): Payload => (isEncrypted(payload) ? NOTHING : payload))),
};
const NOTHING: Payload = { metadata: { encoding: new TextEncoder().encode('binary/null') } };

/** Runs by their search attributes, which are never encrypted; the newest first. */
export const listRuns = (
  { client: { connection, options } }: Pick<Connected, 'client'>,
  list: ListOptions,
): AsyncIterable<WorkflowExecutionInfo> =>
  new Client({ connection, namespace: options.namespace, dataConverter: { payloadCodecs: [unread] } }).workflow.list(list);
