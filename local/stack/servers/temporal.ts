import { searchAttributes } from '../../../lifecycle/search-attributes.js';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { temporalBinary } from '../../parts/temporal.js';
import type { Server } from '../server.js';

export const TEMPORAL_NAMESPACE = 'default';

/**
 * The development server throttles its own queues for a laptop's sake: every timer under a second takes a second.
 * These lift that, and SQLite's write-ahead log keeps what was acknowledged through a kill -9.
 */
const dynamicConfig = [
  'system.forceSearchAttributesCacheRefreshOnRead=true',
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
  'history.visibilityProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxTimeShift="20ms"',
];
const sqlitePragmas = ['journal_mode=wal', 'synchronous=normal'];

/** One short request; a server that does not answer within it is asked again. */
const PROBE_TIMEOUT = '2 seconds';

export const temporalServer: Server = {
  name: 'temporal',
  title: 'Temporal',
  part: 'temporal',
  ports: ['temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics'],
  stage: 1,
  // Ready in half a second alone; a loaded machine has taken ten.
  readyWithinMs: 60_000,
  // Stops in 2.5 s when idle, and drains its workers' polls first when busy.
  stopWithinMs: 15_000,
  async command({ data, part, ports }) {
    const local = '127.0.0.1';
    const args = ['server', 'start-dev', '--namespace', TEMPORAL_NAMESPACE, '--db-filename', join(data, 'temporal.db')];
    args.push('--ip', local, '--port', String(ports.temporal), '--ui-ip', local, '--ui-port', String(ports.temporalUi));
    args.push('--http-port', String(ports.temporalHttp), '--metrics-port', String(ports.temporalMetrics));
    args.push('--log-format', 'json', '--log-level', 'warn');
    for (const [name, type] of Object.entries(searchAttributes)) args.push('--search-attribute', `${name}=${type}`);
    for (const setting of dynamicConfig) args.push('--dynamic-config-value', setting);
    for (const pragma of sqlitePragmas) args.push('--sqlite-pragma', pragma);
    return { file: temporalBinary(part), args };
  },
  async probe({ ports }) {
    const connection = await Connection.connect({ address: `127.0.0.1:${ports.temporal}`, connectTimeout: PROBE_TIMEOUT });
    try {
      await connection.workflowService.describeNamespace({ namespace: TEMPORAL_NAMESPACE });
      const registered = await connection.operatorService.listSearchAttributes({ namespace: TEMPORAL_NAMESPACE });
      const missing = Object.keys(searchAttributes).filter((name) => !(name in (registered.customAttributes ?? {})));
      if (missing.length > 0) throw new Error(`search attributes not registered yet: ${missing.join(', ')}`);
    } finally {
      await connection.close();
    }
    const ui = await fetch(`http://127.0.0.1:${ports.temporalUi}/api/v1/namespaces`);
    if (!ui.ok) throw new Error(`the UI answers HTTP ${ui.status}`);
  },
};
