import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOpa, evaluate, exceptionDigest, OpaError, PolicyThread, type Opa, type PolicyBundle } from '../../policies/index.js';
import { opaFunctions, startOpa, type OpaServer } from '../support/opa.js';
import { withFolder } from '../support/product-folder.js';
import { bundleOf, change, facts, regoBundle } from '../unit/policies/policy-samples.js';

const exceptions = { roles: ['architects'], expiresAfter: '30 days' };
const topics = facts({
  changes: ['b', 'a', 'c'].map((name) =>
    change(`kafka_topic.${name}`, { values: { type: 'kafka_topic', name: name === 'c' ? 'transport-c' : name } }),
  ),
});

/** Says of every topic that has not the domain of the product in its name what the policy in CEL below says of it. */
const byDomain = `
wrong := [change | some change in input.changes; not startswith(change.values.name, sprintf("%s-", [input.product.info.domain]))]

deny := [denial |
  some change in wrong
  denial := {
    "pointer": sprintf("/changes/%s", [change.address]),
    "message": sprintf("The topic %s.", [change.values.name]),
    "hint": "Rename it.",
    "evidence": [{"address": change.address, "point": input.point, "previous": input.previous}],
  }
]`;

const byDomainInCel = [
  {
    each: '/changes',
    key: 'item.address',
    expression: 'item.values.name.startsWith(product.info.domain + "-")',
    message: 'A topic.',
    messageExpression: '"The topic " + item.values.name + "."',
    hint: 'Rename it.',
    evidence: '[{"address": item.address, "point": point, "previous": previous}]',
  },
];

/** Looks at more pairs than anybody waits for. */
const neverEnds = `
deny contains "x" if {
  some a in numbers.range(1, 50000)
  some b in numbers.range(1, 50000)
  a * b < 0
}`;

describe('a policy in Rego', () => {
  let server: OpaServer;
  let opa: Opa;
  beforeAll(async () => {
    server = await startOpa();
    opa = createOpa({ url: server.url });
  });
  afterAll(() => server.stop());

  const says = (module: string, changes: object = {}, own = opa) => evaluate(regoBundle(module, changes), 'plan', facts(), own);

  it('says what the policy in CEL says that means the same: all but the digest', async () => {
    const terms = { exceptions, match: { stages: ['local'], when: 'size(changes) > 1' } };
    const inCel = await evaluate(bundleOf({ ...terms, validations: byDomainInCel }), 'plan', topics);
    const bundle = regoBundle(byDomain, terms);
    const inRego = await evaluate(bundle, 'plan', topics, opa);
    const { digest } = bundle.policies[0]!;
    expect(inCel).toHaveLength(2);
    expect(JSON.stringify(inRego)).toBe(JSON.stringify(inCel.map((finding) => ({ ...finding, policyDigest: digest }))));
    await expect(evaluate(bundle, 'plan', facts({ ...topics, changes: topics.changes.slice(1, 2) }), opa)).resolves.toEqual([]);
    await expect(evaluate(bundle, 'plan', { ...topics, environment: undefined }, opa)).resolves.toEqual([]);
  });

  it('has the weight of its life and severity as any other', async () => {
    const weight = async (changes: object) => (await says('deny := ["no"]', changes)).map(({ severity, blocking }) => [severity, blocking]);
    expect(await weight({ life: 'draft' })).toEqual([['info', false]]);
    expect(await weight({ severity: 'advisory' })).toEqual([['warning', false]]);
    expect(await weight({ life: 'grace', graceUntil: '2026-01-02T03:04:06.000Z' })).toEqual([['warning', false]]);
    expect(await weight({ life: 'grace', graceUntil: '2026-01-02T03:04:05.000Z' })).toEqual([['error', true]]);
  });

  it('may deny by a text alone, and gives the members of a set in one order', async () => {
    const found = await says('deny contains "b"\n\ndeny contains {"message": "a"}\n\ndeny contains "a"', { exceptions });
    expect(found.map(({ message, pointer, evidence }) => [message, pointer, evidence])).toEqual([
      ['a', '', null],
      ['b', '', null],
      ['a', '', null],
    ]);
    expect(found[0]).toMatchObject({ exception: exceptions, blocking: true });
  });

  it('asks for the same exception for the same evidence, whatever the wording, and for another one otherwise', async () => {
    const digest = async (module: string) => {
      const { rule, pointer, evidence } = (await says(module, { exceptions }))[0]!;
      return exceptionDigest({ rule, policy: 'sha256:0', line: 'urn:a', environment: 'local', pointer, evidence });
    };
    const one = await digest('deny contains {"message": "one way", "evidence": [{"a": 1, "b": 2}]}');
    expect(await digest('deny contains {"message": "another", "evidence": [{"b": 2, "a": 1}]}')).toBe(one);
    expect(await digest('deny contains {"message": "one way", "evidence": [{"a": 1, "b": 3}]}')).not.toBe(one);
  });

  it('stands among the others in the order of their names', async () => {
    const named = (name: string, bundle: PolicyBundle) => bundle.policies.map((policy) => ({ ...policy, name }));
    const inCel = bundleOf({ validations: [{ expression: 'false', message: 'CEL' }] });
    const inRego = regoBundle('deny contains input.operation');
    const bundle = { digest: inCel.digest, policies: [...named('a', inRego), ...named('b', inCel), ...named('c', inRego)] };
    const found = await evaluate(bundle, 'plan', facts(), opa);
    expect(found.map(({ rule, message }) => `${rule} ${message}`)).toEqual(['policy/a deploy', 'policy/b CEL', 'policy/c deploy']);
  });

  describe('fails closed, and cannot be excepted, where', () => {
    it.each([
      ['it does not parse', 'deny contains "x" if {', /^line \d+: unexpected eof token$/],
      ['it does not compile', 'deny contains x if { y }', /^line 3: var (x|y) is unsafe/],
      ['a function errs', 'deny contains "x" if 1 / count(input.changes) > 1', /^line 3: div: divide by zero$/],
      [
        'a function cannot read what it got',
        'deny contains "x" if not regex.match("(", "a")',
        /^line 3: regex.match: error parsing regexp/,
      ],
      [
        'it contradicts itself',
        'deny := ["a"] if input.point\n\ndeny := ["b"] if input.now',
        /^line \d: rule deny produced conflicting values/,
      ],
      ['deny has no value', 'deny := ["a"] if input.operation == "none"', /^deny has no value/],
      ['deny is a function', 'deny(x) := x', /rego_type_error: function deny used as reference, not called/],
      ['deny is a text', 'deny := "no"', /^deny is neither a set nor a list$/],
      ['deny is an object', 'deny[name] := true if some name in ["a"]', /^deny is neither a set nor a list$/],
      ['deny is true', 'deny if input.operation', /^deny is neither a set nor a list$/],
      ['deny is a package of rules', 'deny.topics contains "a"', /^deny is neither a set nor a list$/],
      ['a member is a number', 'deny := [{"message": "a"}, 1]', /^member 1 of deny is not a text, or an object/],
      ['a member says nothing', 'deny := [""]', /^member 0 of deny/],
      ['a member has no message', 'deny := [{"pointer": "/a"}]', /^member 0 of deny/],
      ['a member has a name that is none', 'deny := [{"message": "a", "pointr": "/a"}]', /^member 0 of deny/],
      ['a pointer is none', 'deny := [{"message": "a", "pointer": "a"}]', /^member 0 of deny/],
      ['a hint is none', 'deny := [{"message": "a", "hint": 1}]', /^member 0 of deny/],
      ['it says too much', 'deny := [sprintf("%1100000d", [1])]', /^it says more than 1 MB$/],
    ])('%s', async (_, module, reason) => {
      const [finding, ...others] = await says(module, { exceptions });
      expect(others).toEqual([]);
      expect(finding).toMatchObject({ rule: 'policy/sample/broken', blocking: true, evidence: { where: 'sample.rego' } });
      expect(finding).not.toHaveProperty('exception');
      const { message } = finding!;
      const before = 'The policy sample could not be evaluated (sample.rego): ';
      expect(message.slice(0, before.length)).toBe(before);
      expect(message.slice(before.length)).toMatch(reason);
      await expect(says('deny := []')).resolves.toEqual([]);
    });

    it('it never ends: the others are evaluated, unless there are many such', async () => {
      const quick = createOpa({ url: server.url, longestMs: 500 });
      const endless = regoBundle(neverEnds).policies[0]!;
      const good = bundleOf({ validations: [{ expression: 'false', message: 'CEL' }] }).policies[0]!;
      const rego = regoBundle('deny contains "Rego"').policies[0]!;
      const bundle = (...policies: [string, typeof good][]): PolicyBundle => ({
        digest: 'sha256:0',
        policies: policies.map(([name, policy]) => ({ ...policy, name })),
      });
      const found = await evaluate(bundle(['a', endless], ['b', good], ['c', rego]), 'plan', facts(), quick);
      expect(found.map(({ rule }) => rule)).toEqual(['policy/a/broken', 'policy/b', 'policy/c']);
      expect(found[0]!.message).toContain('it took longer than 0.5 s');

      const ended = Array.from({ length: 6 }, (_, index): [string, typeof good] => [`e${index}`, endless]);
      const rest = await evaluate(bundle(...ended, ['f', good], ['g', rego]), 'plan', facts(), quick);
      expect(rest.map(({ rule }) => rule)).toEqual([...ended.map(([name]) => `policy/${name}/broken`), 'policy/f', 'policy/g/broken']);
      expect(rest.at(-1)!.message).toContain('not evaluated, because 6 policies before it had to be ended');
    });
  });

  it('is judged by its own text: an older one stands beside a newer one', async () => {
    const [older, newer] = [regoBundle('deny contains "old"'), regoBundle('deny contains "new"')];
    expect(older.digest).not.toBe(newer.digest);
    for (const [bundle, said] of [
      [older, 'old'],
      [newer, 'new'],
      [older, 'old'],
    ] as const)
      expect((await evaluate(bundle, 'plan', facts(), opa)).map(({ message }) => message)).toEqual([said]);
    const { result } = (await (await fetch(`${server.url}/v1/policies`)).json()) as { result: { raw: string }[] };
    expect(result.filter(({ raw }) => /"(old|new)"/.test(raw))).toHaveLength(2);
  });

  it('is the same after a restart of the server, which has forgotten it', async () => {
    const bundle = regoBundle('deny contains {"message": "no", "evidence": input.request}');
    const before = await evaluate(bundle, 'plan', facts(), opa);
    await server.stop();
    await server.start();
    await expect(evaluate(bundle, 'plan', facts(), opa)).resolves.toEqual(before);
  });

  it('is nobody’s fault where the server is down or hangs: the error names the address and may pass', async () => {
    const quick = createOpa({ url: server.url, longestMs: 500 });
    const bundle = regoBundle('deny contains "no"');
    await server.stop();
    const down = await evaluate(bundle, 'plan', facts(), quick).catch((error: unknown) => error);
    expect(down).toBeInstanceOf(OpaError);
    expect(down).toMatchObject({ failure: 'SystemUnavailable', message: `OPA at ${server.url} does not answer: ECONNREFUSED` });
    await server.start();
    await expect(evaluate(bundle, 'plan', facts(), quick)).resolves.toHaveLength(1);
    server.freeze();
    const hung = await evaluate(bundle, 'plan', facts(), quick).catch((error: unknown) => error);
    server.thaw();
    expect(hung).toMatchObject({ failure: 'SystemUnavailable', message: expect.stringContaining('does not answer: nothing within') });
    await expect(evaluate(bundle, 'plan', facts(), opa)).resolves.toHaveLength(1);
  });

  /** A server that asks `system.authz` about each request. */
  const withGuarded = (allow: string, work: (url: string) => Promise<void>, ...more: string[]) =>
    withFolder({ 'authz.rego': `package system.authz\n\ndefault allow := false\n\nallow if ${allow}\n` }, async (folder) => {
      const guarded = await startOpa('--authorization', 'basic', ...more, join(folder, 'authz.rego'));
      try {
        await work(guarded.url);
      } finally {
        await guarded.stop();
      }
    });

  it('is asked with a token where OPA wants one, in the places that docs/policies.md names, and an error says when it is not taken', () =>
    withGuarded(
      `{
  input.identity == "right-word"
  [input.method, array.slice(input.path, 0, 3)] in [
    ["PUT", ["v1", "policies", "steward"]],
    ["GET", ["v1", "policies", "steward"]],
    ["POST", ["v1", "data", "steward"]],
  ]
}`,
      async (url) => {
        const asked = (token?: string) =>
          says('deny contains "no"', {}, createOpa({ url, ...(token !== undefined && { token: () => token }) }));
        await expect(asked('right-word')).resolves.toHaveLength(1);
        for (const wrong of ['wrong-word', undefined]) {
          const refused = await asked(wrong).catch((error: unknown) => error);
          expect(refused).toMatchObject({ failure: 'AccessDenied', message: `OPA at ${url} denied access (401)` });
        }
      },
      '--authentication',
      'token',
    ));

  it('is told from a server that hangs, where signs of life are for others only', () =>
    withGuarded('input.path[0] == "v1"', async (url) => {
      const found = await says(neverEnds, {}, createOpa({ url, longestMs: 500 }));
      expect(found).toMatchObject([{ rule: 'policy/sample/broken', message: expect.stringContaining('longer than 0.5 s') }]);
    }));

  describe('between Steward and a server that', () => {
    /** Passes requests on to the server; does something else first, or instead. */
    const withBetween = async (before: (request: IncomingMessage) => Promise<'pass' | 'hang'>, work: (between: Opa) => Promise<void>) => {
      const proxy = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          void before(request).then(async (then) => {
            if (then === 'hang') return;
            const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
            const answer = await fetch(server.url + request.url!, { method: request.method, body });
            response.writeHead(answer.status).end(await answer.text());
          });
        });
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      const { port } = proxy.address() as AddressInfo;
      try {
        await work(createOpa({ url: `http://127.0.0.1:${port}/`, longestMs: 500 }));
      } finally {
        proxy.closeAllConnections();
        proxy.close();
      }
    };
    const forget = (url: string) =>
      fetch(server.url + url.replace('/v1/data', '/v1/policies').replace(/\/deny.*/, ''), { method: 'DELETE' });

    it('is restarted right before it is asked, it is given what it forgot', async () => {
      let asked = 0;
      const once = async ({ method, url }: IncomingMessage) => {
        if (method === 'POST' && asked++ === 0) expect((await forget(url!)).status).toBe(200);
        return 'pass' as const;
      };
      await withBetween(once, async (between) => {
        await expect(says('deny contains "forgotten"', {}, between)).resolves.toMatchObject([{ message: 'forgotten' }]);
        expect(asked).toBe(2);
      });
    });

    it('forgets each time, the fault is the server’s', async () => {
      const always = async ({ method, url }: IncomingMessage) => {
        if (method === 'POST') await forget(url!);
        return 'pass' as const;
      };
      await withBetween(always, (between) =>
        expect(says('deny contains "forgotten"', {}, between)).rejects.toMatchObject({
          failure: 'SystemUnavailable',
          message: expect.stringContaining('forgets what it was given'),
        }),
      );
    });

    it('hangs in the middle, the fault is the server’s', async () => {
      const hangs = async ({ method, url }: IncomingMessage) => (method === 'POST' || url === '/health' ? 'hang' : 'pass');
      await withBetween(hangs, (between) =>
        expect(says('deny contains "no"', {}, between)).rejects.toMatchObject({
          failure: 'SystemUnavailable',
          message: expect.stringContaining('nothing within 0.5 s'),
        }),
      );
    });
  });

  it('uses no function that OPA calls nondeterministic', async () => {
    const named = (await opaFunctions()).filter(({ nondeterministic }) => nondeterministic).map(({ name }) => name);
    expect(named).toContain('http.send');
    for (const name of named) expect(() => regoBundle(`deny contains x if x := ${name}`)).toThrow(`${name} is refused`);
  });

  it('is not asked where no server is given: an error that names it', async () => {
    const thread = new PolicyThread();
    await expect(thread.evaluate(regoBundle('deny := []'), 'plan', facts())).rejects.toThrow('the policy sample is written in Rego');
    await expect(thread.evaluate(regoBundle('deny := []'), 'deployed', facts())).resolves.toEqual([]);
    await thread.close();
  });
});
