import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import type { Finding } from '../../../../descriptors/finding.js';
import { Failure } from '../../../../lifecycle/failures.js';
import { parseConfig, printRedacted } from '../../../../worker/config/index.js';

const smallest = `
catalog: { bucket: catalog, region: us-east-1, accessKeyId: env:ID, secretAccessKey: 'file:/run/secret' }
executors: { terraform: { slots: 1 } }
uiUrl: http://127.0.0.1:8233/namespaces/default
environments: { dev: { kafka: { bootstrapServers: ['127.0.0.1:9092'] } } }
`;
const hook = { type: 'webhook', url: 'https://hooks.example.org/steward', secret: 'file:/run/secrets/webhook' };
const topic = { type: 'kafka', bootstrapServers: ['127.0.0.1:9092'], topic: 'steward.exceptions' };
const mail = { type: 'email', host: 'smtp.example.org', from: 'steward@example.org', to: ['ann@example.org'] };

const read = (notifications: object) =>
  parseConfig(stringify({ ...(parse(smallest) as object), notifications }), '/etc/steward/steward.yaml');

/** What is wrong with one target, and where. */
function faultsOf(target: object): string[] {
  try {
    read({ targets: { it: target } });
    return [];
  } catch (error) {
    if (!(error instanceof Failure) || error.type !== 'InvalidInput') throw error;
    expect(JSON.stringify([error.message, error.details])).not.toContain('hunter2');
    return (error.details as { findings: Finding[] }).findings.map(({ message, hint = '' }) => `${message} | ${hint}`);
  }
}

/** Proves which targets of notifications a worker takes, and that wrong ones are told in words. */
describe('notifications in the configuration', () => {
  it('are nobody by default, and come from where the links lead', () => {
    expect(parseConfig(smallest, 'steward.yaml')).toMatchObject({
      notifications: { source: 'http://127.0.0.1:8233/namespaces/default', targets: {} },
      timeouts: { notificationPatienceMs: 86_400_000 },
    });
  });

  it('take each kind of target', () => {
    const targets = {
      hook,
      topic,
      mail: { ...mail, tls: 'implicit', username: 'u', password: 'env:P', recipients: { stewards: ['ben@example.org'] } },
    };
    expect(read({ source: 'https://steward.example.org', targets }).notifications).toEqual({
      source: 'https://steward.example.org',
      targets,
    });
    for (const url of ['http://127.0.0.1:8080/a', 'http://localhost/', 'http://[::1]:1/x', 'https://hooks.example.org'])
      expect(faultsOf({ ...hook, url })).toEqual([]);
  });

  it.each<[string, object, (string | RegExp)[]]>([
    ['another kind', { ...hook, type: 'hunter2' }, ['notifications.targets.it.type must be one of webhook, kafka, email | ']],
    [
      'no kind',
      {},
      ['notifications.targets.it.type is missing | ', 'notifications.targets.it.type must be one of webhook, kafka, email | '],
    ],
    [
      'plain http elsewhere',
      { ...hook, url: 'http://hooks.example.org' },
      [/\.url has a wrong form \| Expected: https, or http on the loopback/],
    ],
    ['credentials in the address', { ...hook, url: 'https://me:hunter2@hooks.example.org' }, [/\.url has a wrong form/]],
    ['a query', { ...hook, url: 'https://hooks.example.org/?token=hunter2' }, [/\.url has a wrong form/]],
    ['a host that only begins like loopback', { ...hook, url: 'http://localhost.example.org' }, [/\.url has a wrong form/]],
    ['a secret as it is', { ...hook, secret: 'whsec_hunter2' }, [/\.secret has a wrong form \| Expected: A reference/]],
    [
      'a key of another kind',
      { ...topic, url: 'https://a.example' },
      [/^notifications\.targets\.it\.url is not known \| Known here: type, events,/],
    ],
    ['an unknown event', { ...topic, events: ['requsted'] }, [/\.events\.0 must be one of requested, /]],
    ['a broker without port', { ...topic, bootstrapServers: ['kafka'] }, [/\.bootstrapServers\.0 has a wrong form \| Expected: host:port/]],
    ['nobody to write to', { type: 'email', host: 'h', from: 'a@b' }, ['notifications.targets.it needs to or recipients | ']],
    [
      'a line break in an address',
      { ...mail, to: ['a@b.example\r\nBcc: c@d'] },
      [/\.to\.0 has a wrong form \| Expected: an address such as/],
    ],
    ['two addresses in one', { ...mail, from: 'a@b.example, c@d.example' }, [/\.from has a wrong form/]],
    ['a name without password', { ...mail, username: 'u' }, [/must have property password/]],
  ])('refuse %s in words', (_, target, wanted) => {
    const told = faultsOf(target);
    expect(told).toEqual(wanted.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
  });

  it('are printed with references, which are no secrets', () => {
    const printed = printRedacted(read({ targets: { hook, mail: { ...mail, username: 'u', password: 'env:SMTP_PASSWORD' } } }));
    expect(printed).toContain('secret: file:/run/secrets/webhook');
    expect(printed).toContain('password: env:SMTP_PASSWORD');
  });
});
