import { api, control, documentOf, input, output, type Exact, type Tree } from './tree.js';

const text = { type: 'string' };
const rest = () => ({
  openapi: '3.0.3',
  info: { title: 'Orders', version: '1.0.0' },
  paths: {
    '/orders': {
      post: {
        parameters: [{ name: 'size', in: 'query', schema: text }],
        requestBody: { content: { 'application/json': { schema: { type: 'object', properties: { a: text } } } } },
        responses: {
          200: {
            description: 'ok',
            content: { 'application/json': { schema: { type: 'object', properties: { b: text }, required: ['b'] } } },
          },
        },
      },
    },
  },
});
const openapi =
  (port: (tree: Tree) => Tree) =>
  (tree: Tree): void => {
    Object.assign(port(tree).promises, { servicesType: 'rest-services', api: api(rest(), 'openapi', '3.0.3') });
  };
const operation = (of: Tree): Tree => documentOf(of).paths['/orders'].post;
const request = (of: Tree): Tree => operation(of).requestBody.content['application/json'].schema;
const answer = (of: Tree): Tree => operation(of).responses[200].content['application/json'].schema;
const POST = '/paths/~1orders/post';
const REQUEST = `${POST}/requestBody/content/application~1json/schema`;
const ANSWER = `${POST}/responses/200/content/application~1json/schema`;

const store = (ref: string) => ({
  datastoreapi: '1.0.0',
  info: { title: 'Orders', version: '1.0.0' },
  services: { main: { name: 'main', serverInfo: { host: 'db.shop.com', port: 5432 } } },
  schema: { databaseName: 'shop', tables: [{ $ref: ref }] },
  components: {
    tables: {
      orders: {
        name: 'orders',
        columns: [
          { name: 'id', dataType: 'text', isNullable: false },
          { name: 'note', dataType: 'text' },
        ],
      },
    },
  },
});
const datastore =
  (ref: string) =>
  (tree: Tree): void => {
    Object.assign(output(tree).promises, { servicesType: 'datastore-services', api: api(store(ref), 'datastoreapi', '1.0.0') });
  };
const table = (tree: Tree): Tree => documentOf(output(tree)).components.tables.orders;
const POINTER = '#/components/tables/orders';

export const interfaces: Exact[] = [
  // Requests go to the product, whoever sends them; answers come from it.
  ...(
    [
      ['output', output],
      ['control', control],
    ] as const
  ).flatMap(([name, port]): Exact[] => [
    [
      `${name} port: a request must have more`,
      [`C46/input ${name}:${REQUEST}/properties/a`],
      (tree) => (request(port(tree)).required = ['a']),
      openapi(port),
    ],
    [
      `${name} port: an answer may lack something`,
      [`C37/output ${name}:${ANSWER}/properties/b`],
      (tree) => (answer(port(tree)).required = []),
      openapi(port),
    ],
    [
      `${name} port: an answer has more`,
      [`C34/output ${name}:${ANSWER}/properties/c`],
      (tree) => (answer(port(tree)).properties.c = text),
      openapi(port),
    ],
  ]),
  [
    'input port: an answer may lack something',
    [`C37/input input:${ANSWER}/properties/b`],
    (tree) => (answer(input(tree)).required = []),
    openapi(input),
  ],
  [
    'a body has to be given',
    [`C35/input output:${POST}/requestBody/required`],
    (tree) => (operation(output(tree)).requestBody.required = true),
    openapi(output),
  ],
  [
    'how a parameter is written',
    [`C33/any output:${POST}/parameters/0/style`],
    (tree) => (operation(output(tree)).parameters[0].style = 'spaceDelimited'),
    openapi(output),
  ],
  [
    'a header of an answer',
    [`C33/any output:${POST}/responses/200/headers`],
    (tree) => (operation(output(tree)).responses[200].headers = { 'x-a': { schema: text } }),
    openapi(output),
  ],
  ['words', ['C32/any output:'], (tree) => (operation(output(tree)).summary = 'Words'), openapi(output)],
  // Tables behind references, also as the specification's own example writes them.
  ...[POINTER, '#components.tables.orders'].map((ref): Exact => [
    `a column of the table ${ref} is removed`,
    ['C52/any output:/schema/tables/0/columns/1'],
    (tree) => table(tree).columns.pop(),
    datastore(ref),
  ]),
  [
    'a column may not be null any more',
    ['C46/output output:/schema/tables/0/columns/1'],
    (tree) => (table(tree).columns[1].isNullable = false),
    datastore(POINTER),
  ],
  [
    'a column may be null',
    ['C52/any output:/schema/tables/0/columns/0'],
    (tree) => (table(tree).columns[0].isNullable = true),
    datastore(POINTER),
  ],
  ['words about a column', ['C32/any output:'], (tree) => (table(tree).columns[0].description = 'Words'), datastore(POINTER)],
  [
    'something else about a column',
    ['C33/any output:/schema/tables/0/columns/0/collation'],
    (tree) => (table(tree).columns[0].collation = 'de'),
    datastore(POINTER),
  ],
  [
    'another way to connect beside the one',
    ['C30/added output:/services/second'],
    (tree) => (documentOf(output(tree)).services.second = { name: 'second' }),
    datastore(POINTER),
  ],
  [
    'another address',
    ['C30/changed output:/services/main'],
    (tree) => (documentOf(output(tree)).services.main.serverInfo.port = 5433),
    datastore(POINTER),
  ],
];
