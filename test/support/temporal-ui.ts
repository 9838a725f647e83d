import { stackAddresses } from './stack.js';

/** What the forms of the Temporal UI send, to where they send it: its own port, which wants a token against cross-site requests. */
export class TemporalUi {
  private constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  static async open(namespace: string): Promise<TemporalUi> {
    const { temporalUi } = stackAddresses();
    const answer = await fetch(`${temporalUi}/api/v1/namespaces`);
    const token = /_csrf=([^;]+)/.exec(answer.headers.getSetCookie().join('\n'))?.[1];
    if (!token) throw new Error('the Temporal UI has set no _csrf cookie');
    return new TemporalUi(`${temporalUi}/api/v1/namespaces/${namespace}/workflows`, token);
  }

  /** Starts a workflow; without `input` the form was left empty. */
  start(type: string, id: string, input?: string): Promise<unknown> {
    return this.post(`/${encodeURIComponent(id)}`, {
      workflowType: { name: type },
      taskQueue: { name: 'steward' },
      ...(input !== undefined && { input: payload(input) }),
    });
  }

  /** @param input the JSON text as typed */
  signal(id: string, name: string, input: string): Promise<unknown> {
    return this.post(`/${encodeURIComponent(id)}/signal/${name}`, { input: payload(input) });
  }

  /** The page that a person reads: the current details. */
  async page(id: string): Promise<{ currentDetails: string; definition: { [kind: string]: { name: string; description?: string }[] } }> {
    const query = { query: { queryType: '__temporal_workflow_metadata' } };
    const answer = (await this.post(`/${encodeURIComponent(id)}/query/__temporal_workflow_metadata`, query)) as {
      queryResult: { payloads: { data: string }[] };
    };
    return JSON.parse(Buffer.from(answer.queryResult.payloads[0]!.data, 'base64').toString()) as Awaited<ReturnType<TemporalUi['page']>>;
  }

  private async post(path: string, body: object): Promise<unknown> {
    const answer = await fetch(this.base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: `_csrf=${this.token}`, 'x-csrf-token': decodeURIComponent(this.token) },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path}: HTTP ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const payload = (json: string) => ({ payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64(json) }] });
