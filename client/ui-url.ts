import { isLoopback } from '../identity/index.js';
import { temporalSettings } from './temporal-settings.js';
import type { TemporalSettings } from './temporal-settings.js';

/** Where the Temporal UI is; it is not part of Temporal's own client configuration. */
const UI_VARIABLE = 'TEMPORAL_UI_URL';
/** Of the development server. */
const LOCAL_UI = 'http://127.0.0.1:8233';
const CLOUD_UI = 'https://cloud.temporal.io';
/** Endpoints of Temporal Cloud, by namespace and by region. */
const CLOUD = /\.(tmprl\.cloud|api\.temporal\.io)$/;

/**
 * Base of links into the Temporal UI, with the namespace; needs no server. Where nobody has said where the UI of a server elsewhere is, the
 * name of the variable stands for it: better than a link that leads to nothing.
 */
export function uiUrlOf({ address, namespace }: Pick<TemporalSettings, 'address' | 'namespace'> = temporalSettings()): string {
  const host = address.replace(/:\d+$/, '');
  const usual = isLoopback(host) ? LOCAL_UI : CLOUD.test(host) ? CLOUD_UI : `$${UI_VARIABLE}`;
  // Empty is what pipelines make of a variable that nobody has set; with a namespace is how the worker's configuration has it.
  const base = (process.env[UI_VARIABLE] || usual).replace(/\/+$/, '').replace(/\/namespaces\/[^/]+$/, '');
  return `${base}/namespaces/${namespace}`;
}
