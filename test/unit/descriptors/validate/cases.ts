/* eslint-disable @typescript-eslint/no-explicit-any -- descriptors are made wrong here on purpose */
export type Root = any;

export const port = (root: Root): Root => root.interfaceComponents.outputPorts[0];
export const promises = (root: Root): Root => port(root).promises;
export const app = (root: Root): Root => root.internalComponents.applicationComponents[0];
export const infra = (root: Root): Root => root.internalComponents.infrastructuralComponents[0];
export const task = (root: Root): Root => infra(root).provisionInfo;
export const FQN = 'urn:dpds:com.company:dataproducts:orders:1';
export const custom = (definition: unknown) => ({ name: 'policy', version: '1.0.0', specification: 'custom', definition });
export const stage =
  (tasks: unknown, name = 'prod') =>
  (root: Root): void => {
    delete app(root).deployInfo;
    delete infra(root).provisionInfo;
    root.internalComponents.lifecycleInfo = { [name]: tasks };
  };

export const PORT = '/interfaceComponents/outputPorts/0';
const PORTLESS = '/internalComponents/applicationComponents/0';

/** A field under another name, as slips of the pen make it. */
const renamed = (holder: Root, from: string, to: string): void => {
  holder[to] = holder[from];
  delete holder[from];
};

/** What to change of `minimal()` so that a rule speaks, how loud and where. */
export type Case = [rule: string, severity: 'error' | 'warning' | 'info', pointer: string, change: (root: Root) => void];

export const cases: Case[] = [
  ['R19', 'error', '/dataProductDescriptor', (r) => delete r.dataProductDescriptor],
  ['R19', 'error', '/dataProductDescriptor', (r) => (r.dataProductDescriptor = 'v1.0.0')],
  ['R10', 'error', '/dataProductDescriptor', (r) => (r.dataProductDescriptor = '2.0.0')],
  ['R10', 'warning', '/dataProductDescriptor', (r) => (r.dataProductDescriptor = '1.1.0')],
  ['R20', 'error', '/info', (r) => delete r.info],
  ['R20', 'error', '/interfaceComponents', (r) => (r.interfaceComponents = 'none')],
  ['R2', 'error', '/Info', (r) => ((r.Info = r.info), delete r.info)],
  ['R2', 'error', '/info/Name', (r) => ((r.info.Name = r.info.name), delete r.info.name)],
  ['R2', 'error', '/interfaceComponents/outputports', (r) => renamed(r.interfaceComponents, 'outputPorts', 'outputports')],
  ['R20', 'error', '/info', (r) => renamed(r, 'info', 'inof')],
  ['R23', 'error', '/info/name', (r) => renamed(r.info, 'name', 'nmae')],
  ['R48', 'error', '/interfaceComponents/outputPorts', (r) => renamed(r.interfaceComponents, 'outputPorts', 'outputPort')],
  ['R51', 'error', `${PORT}/version`, (r) => renamed(port(r), 'version', 'verison')],
  ['R70', 'error', `${PORT}/promises/api/specification`, (r) => renamed(promises(r).api, 'specification', 'specificaton')],
  ['R21', 'error', '/internalComponents', (r) => (r.internalComponents = null)],
  ['R21', 'error', '/components', (r) => (r.components = [])],
  ['R21', 'error', '/tags/1', (r) => (r.tags = ['a', 2])],
  ['R11', 'warning', '/info/contactPoints/0/description', (r) => (r.info.contactPoints = [{ description: '[x](javascript:x())' }])],
  ['R11', 'warning', `${PORT}/description`, (r) => (port(r).description = '<img src=x onerror=x()>')],
  [
    'R23',
    'info',
    '/info/name',
    (r) => ((r.info.name = 'Orders'), (r.info.fullyQualifiedName = FQN.replace('orders', 'Orders')), delete app(r).providesTo),
  ],
  ['R30', 'error', '/info/fullyQualifiedName', (r) => (r.info.fullyQualifiedName = FQN.replace('dpds', 'odm'))],
  ['R34', 'error', '/info/contactPoints/0', (r) => (r.info.contactPoints = ['x'])],
  ['R37', 'warning', '/info/contactPoints/0/name', (r) => (r.info.contactPoints = [{ name: 'Support Team Mail' }])],
  ['R38', 'warning', '/info/contactPoints/0/chanel', (r) => (r.info.contactPoints = [{ chanel: 'mail' }])],
  ['R39', 'error', `${PORT}/fullyQualifiedName`, (r) => (port(r).fullyQualifiedName = `${FQN}:inputports:placed`)],
  ['R44', 'error', `${PORT}/promises/api/entityType`, (r) => (promises(r).api.entityType = 'outputport')],
  ['R54', 'error', `${PORT}/promises/api/description`, (r) => (promises(r).api.description = 1)],
  ['R56', 'warning', `${PORT}/promises/sla`, (r) => (promises(r).sla = custom({}))],
  ['R56', 'warning', `${PORT}/dependsOn`, (r) => (port(r).dependsOn = ['x'])],
  ['R62', 'warning', `${PORT}/promises/slo/definition`, (r) => (promises(r).slo = custom({}))],
  ['R64', 'warning', `${PORT}/obligations/sla/definition`, (r) => (port(r).obligations = { sla: custom('fast') })],
  [
    'R63',
    'warning',
    `${PORT}/expectations/audience/definition`,
    (r) => (port(r).expectations = { audience: custom({ 'x-includes': 'a', 'x-excludes': 'a' }) }),
  ],
  [
    'R67',
    'warning',
    `${PORT}/promises/slo/definition/x-operationalSlo/availability`,
    (r) => (promises(r).slo = custom({ 'x-operationalSlo': { availability: '99.9' } })),
  ],
  [
    'R67',
    'warning',
    `${PORT}/promises/deprecationPolicy/definition/x-deprecation-period`,
    (r) => (promises(r).deprecationPolicy.definition = { 'x-deprecation-period': '3m' }),
  ],
  ['R68', 'warning', `${PORT}/promises/api/name`, (r) => delete promises(r).api.name],
  ['R69', 'warning', `${PORT}/promises/api/version`, (r) => delete promises(r).api.version],
  [
    'R71',
    'error',
    `${PORT}/promises/api/specificationVersion`,
    (r) => (delete promises(r).api.specificationVersion, (promises(r).api.definition = '{"channels": {}}')),
  ],
  ['R82', 'error', `${PORTLESS}/deployInfo/service`, (r) => (app(r).deployInfo = { service: '' })],
  ['R88', 'warning', `${PORTLESS}/name`, (r) => (app(r).name = 'order-writer')],
  ['R91', 'warning', `${PORTLESS}/consumesFrom/0`, (r) => (app(r).consumesFrom = ['placed'])],
  [
    'R93',
    'error',
    '/internalComponents/infrastructuralComponents/1/dependsOn',
    (r) => {
      infra(r).dependsOn = [`${FQN}:infrastructure:store`];
      r.internalComponents.infrastructuralComponents.push({ name: 'net', version: '1.0.0', dependsOn: [`${FQN}:infrastructure:net`] });
      delete infra(r).dependsOn;
    },
  ],
  ['R94', 'warning', `${PORTLESS}/providesTo`, (r) => delete app(r).providesTo],
  [
    'R94',
    'warning',
    '/interfaceComponents/outputPorts/1',
    (r) => r.interfaceComponents.outputPorts.push({ ...structuredClone(port(r)), name: 'other' }),
  ],
  [
    'R68',
    'warning',
    '/interfaceComponents/outputPorts/1/promises/api/name',
    (r) => {
      const other = { ...structuredClone(port(r)), name: 'other' };
      other.promises.api.definition.info.title = 'Others';
      r.interfaceComponents.outputPorts.push(other);
      app(r).providesTo.push(`${FQN}:outputports:other`);
    },
  ],
  [
    'R94',
    'warning',
    `${PORTLESS}/consumesFrom/0`,
    (r) => {
      app(r).consumesFrom = [`${FQN}:applications:other`];
      r.internalComponents.applicationComponents.push({ name: 'other', version: '1.0.0' });
    },
  ],
  [
    'R94',
    'warning',
    `${PORTLESS}/providesTo/1`,
    (r) => {
      r.interfaceComponents.inputPorts.push({ name: 'taken', version: '1.0.0' });
      app(r).providesTo.push(`${FQN}:inputports:taken`);
    },
  ],
  ['R109', 'error', `${PORT}/expectations/externalDocs/$href`, (r) => (port(r).expectations = { externalDocs: {} })],
  ['R109', 'error', '/externalDocs/$href', (r) => (r.externalDocs = { href: 'https://example.com' })],
  ['R21', 'error', '/tags', (r) => (r.tags = 'one')],
  ['R21', 'error', '/internalComponents', (r) => (r.internalComponents = [])],
  ['R20', 'error', '/interfaceComponents', (r) => delete r.interfaceComponents],
  ['R22', 'warning', '/Info', (r) => (r.Info = {})],
  ['R111', 'error', '/externalDocs', (r) => (r.externalDocs = 'https://example.com')],
  ['R111', 'warning', '/externalDocs', (r) => (r.externalDocs = [{ $href: 'https://example.com' }])],
  ['R109', 'error', '/externalDocs/$href', (r) => (r.externalDocs = { description: 'x' })],
  ['R109', 'warning', '/externalDocs/$href', (r) => (r.externalDocs = { $href: '{docs}' })],
  ['R109', 'error', `${PORT}/externalDocs/$href`, (r) => (port(r).externalDocs = {})],
  ['R108', 'warning', '/externalDocs/$href', (r) => (r.externalDocs = { $href: 'docs/orders' })],
  ['R11', 'warning', '/info/description', (r) => (r.info.description = 'a <script>x()</script>')],
  ['R11', 'warning', `${PORT}/description`, (r) => (port(r).description = '<b onclick="x()">')],
  ['R23', 'error', '/info/name', (r) => delete r.info.name],
  ['R23', 'error', '/info/name', (r) => (r.info.name = 'my orders')],
  ['R24', 'error', '/info/version', (r) => (r.info.version = '1.0')],
  ['R24', 'error', '/info/version', (r) => (r.info.version = '99999999999999999999.0.0')],
  ['R27', 'error', '/info/domain', (r) => (r.info.domain = ' ')],
  ['R28', 'error', '/info/owner', (r) => (r.info.owner = 'me')],
  ['R35', 'error', '/info/owner/id', (r) => (r.info.owner = {})],
  ['R35', 'warning', '/info/owner/id', (r) => (r.info.owner.id = '')],
  ['R35', 'info', '/info/owner/id', (r) => (r.info.owner.id = 'sales')],
  ['R36', 'error', '/info/displayName', (r) => (r.info.displayName = 1)],
  ['R34', 'error', '/info/contactPoints', (r) => (r.info.contactPoints = {})],
  ['R37', 'error', '/info/contactPoints/0/address', (r) => (r.info.contactPoints = [{ address: 1 }])],
  ['R37', 'warning', '/info/contactPoints/0/channel', (r) => (r.info.contactPoints = [{ channel: 'email' }])],
  ['R38', 'warning', '/info/dispalyName', (r) => (r.info.dispalyName = 'Orders')],
  ['R38', 'warning', '/info/owner/mail', (r) => (r.info.owner.mail = 'x')],
  ['R29', 'error', '/info/fullyQualifiedName', (r) => delete r.info.fullyQualifiedName],
  ['R16', 'warning', '/info/fullyQualifiedName', (r) => (r.info.fullyQualifiedName = FQN.replace('company', 'my-company'))],
  ['R47', 'info', '/info/fullyQualifiedName', (r) => (r.info.fullyQualifiedName = FQN.replace('com.company', 'company'))],
  ['R23', 'warning', '/info/name', (r) => ((r.info.name = 'my-orders'), (r.info.fullyQualifiedName = FQN.replace('orders', 'my-orders')))],
  ['R27', 'warning', '/info/domain', (r) => (r.info.domain = 'Sales and Orders')],
  ['R30', 'error', '/info/fullyQualifiedName', (r) => (r.info.fullyQualifiedName = 'orders')],
  ['R42', 'error', '/info/fullyQualifiedName', (r) => (r.info.name = 'other')],
  ['R42', 'error', '/info/fullyQualifiedName', (r) => (r.info.version = '2.0.0')],
  ['R31', 'error', '/info/entityType', (r) => (r.info.entityType = 'product')],
  ['R32', 'warning', '/info/id', (r) => (r.info.id = '00000000-0000-0000-0000-000000000000')],
  [
    'R39',
    'error',
    '/interfaceComponents/outputPorts/0/fullyQualifiedName',
    (r) => (port(r).fullyQualifiedName = `${FQN}:outputports:other`),
  ],
  ['R44', 'error', '/interfaceComponents/outputPorts/0/entityType', (r) => (port(r).entityType = 'inputport')],
  ['R52', 'warning', '/interfaceComponents/outputPorts/0/id', (r) => (port(r).id = 'x')],
  ['R48', 'error', '/interfaceComponents/inputPorts', (r) => (r.interfaceComponents.inputPorts = 'none')],
  ['R48', 'error', '/interfaceComponents/inputPorts/0', (r) => (r.interfaceComponents.inputPorts = [1])],
  ['R48', 'warning', '/interfaceComponents/outputPorts', (r) => ((r.interfaceComponents.outputPorts = []), delete app(r).providesTo)],
  ['R48', 'error', '/interfaceComponents/outputPorts', (r) => delete r.interfaceComponents.outputPorts],
  ['R49', 'warning', '/interfaceComponents/x-mine', (r) => (r.interfaceComponents['x-mine'] = 1)],
  ['R49', 'warning', '/interfaceComponents/outputPort', (r) => (r.interfaceComponents.outputPort = [])],
  ['R50', 'error', '/interfaceComponents/outputPorts/0/name', (r) => delete port(r).name],
  ['R50', 'error', '/interfaceComponents/outputPorts/1/name', (r) => r.interfaceComponents.outputPorts.push(structuredClone(port(r)))],
  ['R51', 'error', '/interfaceComponents/outputPorts/0/version', (r) => (port(r).version = ' 1.0.0 ')],
  ['R54', 'error', '/interfaceComponents/outputPorts/0/tags/0', (r) => (port(r).tags = [1])],
  ['R54', 'warning', `${PORT}/componentGroup`, (r) => (port(r).componentGroup = 'my group')],
  [
    'R53',
    'info',
    '/interfaceComponents/outputPorts/1/displayName',
    (r) => {
      port(r).displayName = 'Orders';
      r.interfaceComponents.outputPorts.push({ ...structuredClone(port(r)), name: 'other' });
    },
  ],
  [
    'R41',
    'warning',
    `${PORT}/promises/api/fullyQualifiedName`,
    (r) => (promises(r).api.fullyQualifiedName = 'urn:dpds:com.company:apis:other:1'),
  ],
  ['R62', 'warning', `${PORT}/promises/slo/definition`, (r) => (promises(r).slo = custom('fast'))],
  [
    'R64',
    'warning',
    `${PORT}/contracts`,
    (r) => Object.assign(port(r), { obligations: { sla: custom({}) }, contracts: { sla: custom({}) } }),
  ],
  [
    'R66',
    'warning',
    `${PORT}/obligations/sla/definition/x-qualitySla/freshness`,
    (r) => {
      promises(r).slo = custom({ 'x-qualitySlo': { freshness: '5m' } });
      port(r).obligations = { sla: custom({ 'x-qualitySla': { freshness: '60s' } }) };
    },
  ],
  [
    'R67',
    'warning',
    `${PORT}/promises/slo/definition/x-qualitySlo/freshness`,
    (r) => (promises(r).slo = custom({ 'x-qualitySlo': { freshness: 'soon' } })),
  ],
  [
    'R67',
    'warning',
    `${PORT}/promises/deprecationPolicy/definition/x-deprecation-period`,
    (r) => (promises(r).deprecationPolicy.definition = { 'x-deprecation-period': 'long' }),
  ],
  ['R59', 'warning', `${PORT}/promises/servicesType`, (r) => (promises(r).servicesType = 'streaming-service')],
  ['R37', 'warning', '/info/contactPoints/0/address', (r) => (r.info.contactPoints = [{ channel: 'mail', address: 'nobody' }])],
  [
    'R54',
    'error',
    '/interfaceComponents/inputPorts/0/dependsOn',
    (r) => r.interfaceComponents.inputPorts.push({ name: 'taken', version: '1.0.0', dependsOn: 5 }),
  ],
  ['R55', 'error', '/interfaceComponents/outputPorts/0/promises', (r) => (port(r).promises = 'all')],
  ['R56', 'warning', '/interfaceComponents/outputPorts/0/promisses', (r) => (port(r).promisses = {})],
  ['R56', 'warning', '/interfaceComponents/outputPorts/0/promises/serviceTypes', (r) => (promises(r).serviceTypes = 'x')],
  ['R58', 'error', '/interfaceComponents/outputPorts/0/promises/platform', (r) => (promises(r).platform = {})],
  ['R59', 'error', '/interfaceComponents/outputPorts/0/promises/serviceType', (r) => (promises(r).serviceType = 'rest-services')],
  [
    'R59',
    'warning',
    '/interfaceComponents/outputPorts/0/promises/serviceType',
    (r) => (promises(r).serviceType = promises(r).servicesType),
  ],
  ['R61', 'error', '/interfaceComponents/outputPorts/0/promises/depreceationPolicy', (r) => (promises(r).depreceationPolicy = {})],
  [
    'R63',
    'error',
    '/interfaceComponents/outputPorts/0/expectatctions',
    (r) => Object.assign(port(r), { expectations: {}, expectatctions: { audience: {} } }),
  ],
  [
    'R64',
    'error',
    '/interfaceComponents/outputPorts/0/contracts',
    (r) => Object.assign(port(r), { obligations: {}, contracts: { sla: {} } }),
  ],
  ['R60', 'warning', '/interfaceComponents/outputPorts/0/promises/api/specification', (r) => (promises(r).servicesType = 'rest-services')],
  ['R61', 'warning', '/interfaceComponents/outputPorts/0/promises', (r) => delete promises(r).deprecationPolicy],
  [
    'R63',
    'warning',
    '/interfaceComponents/outputPorts/0/expectations/audience',
    (r) => (port(r).expectations = { audience: { 'x-includes': ['a'], 'x-excludes': ['a'] } }),
  ],
  ['R55', 'error', '/interfaceComponents/outputPorts/0/promises/slo', (r) => (promises(r).slo = 'fast')],
  ['R68', 'warning', '/interfaceComponents/outputPorts/0/promises/api/name', (r) => (promises(r).api.name = 'placed-api')],
  ['R69', 'warning', '/interfaceComponents/outputPorts/0/promises/api/version', (r) => (promises(r).api.version = '1')],
  ['R69', 'error', '/interfaceComponents/outputPorts/0/promises/api/version', (r) => (promises(r).api.version = 1)],
  ['R70', 'error', '/interfaceComponents/outputPorts/0/promises/api/specification', (r) => delete promises(r).api.specification],
  [
    'R71',
    'error',
    '/interfaceComponents/outputPorts/0/promises/api/specificationVersion',
    (r) => (promises(r).api.specificationVersion = '3.0.0'),
  ],
  [
    'R71',
    'error',
    '/interfaceComponents/outputPorts/0/promises/api/specificationVersion',
    (r) => {
      delete promises(r).api.specificationVersion;
      delete promises(r).api.definition.asyncapi;
    },
  ],
  ['R72', 'error', '/interfaceComponents/outputPorts/0/promises/api/definition', (r) => (promises(r).api.definition = [])],
  ['R112', 'warning', '/interfaceComponents/outputPorts/0/promises/api/definitions', (r) => (promises(r).api.definitions = {})],
  [
    'R71a',
    'warning',
    '/interfaceComponents/outputPorts/0/promises/api/definition/channels',
    (r) => (promises(r).api.definition.channels = {}),
  ],
  [
    'R71a',
    'error',
    '/interfaceComponents/outputPorts/0/promises/api/definition/channels',
    (r) => delete promises(r).api.definition.channels,
  ],
  ['R87', 'error', '/internalComponents/applicationComponents/0', (r) => (r.internalComponents.applicationComponents = ['x'])],
  ['R76', 'warning', '/internalComponents/applicationComponent', (r) => (r.internalComponents.applicationComponent = [])],
  ['R88', 'error', '/internalComponents/applicationComponents/0/name', (r) => delete app(r).name],
  [
    'R88',
    'error',
    '/internalComponents/applicationComponents/1/name',
    (r) => r.internalComponents.applicationComponents.push(structuredClone(app(r))),
  ],
  ['R89', 'error', '/internalComponents/applicationComponents/0/version', (r) => delete app(r).version],
  ['R90', 'error', '/internalComponents/applicationComponents/0/dependsOn', (r) => (app(r).dependsOn = 'x')],
  ['R90', 'error', '/internalComponents/applicationComponents/0/deployInfo', (r) => (app(r).deployInfo = 'x')],
  ['R91', 'error', '/internalComponents/applicationComponents/0/providesTo/0', (r) => (app(r).providesTo = [`${FQN}:outputports:placde`])],
  [
    'R91',
    'warning',
    '/internalComponents/applicationComponents/0/consumesFrom/0',
    (r) => (app(r).consumesFrom = ['urn:dpds:other:dataproducts:x:1:outputports:y']),
  ],
  [
    'R92',
    'error',
    '/internalComponents/infrastructuralComponents/0/dependsOn/0',
    (r) => (infra(r).dependsOn = [`${FQN}:applications:writer`]),
  ],
  ['R92', 'error', '/internalComponents/applicationComponents/0/dependsOn/0', (r) => (app(r).dependsOn = [`${FQN}:outputports:placed`])],
  [
    'R93',
    'error',
    '/internalComponents/infrastructuralComponents/0/dependsOn',
    (r) => (infra(r).dependsOn = [`${FQN}:infrastructure:store`]),
  ],
  ['R94', 'warning', '/interfaceComponents/outputPorts/0', (r) => (app(r).providesTo = [`${FQN}:infrastructure:store`])],
  [
    'R94',
    'warning',
    '/internalComponents/applicationComponents/0/consumesFrom/0',
    (r) => (app(r).consumesFrom = [`${FQN}:outputports:placed`]),
  ],
  ['R95', 'warning', '/internalComponents/applicationComponents/0/deployinfo', (r) => (app(r).deployinfo = {})],
  ['R77', 'error', '/internalComponents/lifecycleInfo/prod', stage({})],
  [
    'R78',
    'error',
    '/internalComponents/infrastructuralComponents/0/provisionInfo',
    (r) => {
      delete app(r).deployInfo;
      r.internalComponents.lifecycleInfo = { prod: [] };
    },
  ],
  ['R80', 'error', '/internalComponents/lifecycleInfo/prod/0/order', stage([{ order: 1.5 }])],
  ['R80', 'error', '/internalComponents/lifecycleInfo/prod/0/order', stage([{ order: 2 ** 40 }])],
  ['R79', 'warning', '/internalComponents/lifecycleInfo/prod/1/order', stage([{ order: 1 }, { order: 1 }])],
  ['R81', 'warning', '/internalComponents/lifecycleInfo/prod/0/name', stage([{ name: 'first step' }])],
  ['R81', 'error', '/internalComponents/lifecycleInfo/prod/1/name', stage([{ name: 'same' }, { name: 'same' }])],
  ['R82', 'error', '/internalComponents/infrastructuralComponents/0/provisionInfo/service', (r) => delete task(r).service],
  ['R82', 'error', '/internalComponents/infrastructuralComponents/0/provisionInfo/service', (r) => (task(r).service = 1)],
  ['R83', 'error', '/internalComponents/infrastructuralComponents/0/provisionInfo/template', (r) => (task(r).template = 1)],
  ['R84', 'error', '/internalComponents/infrastructuralComponents/0/provisionInfo/configurations', (r) => (task(r).configurations = 'x')],
  ['R86', 'warning', '/internalComponents/infrastructuralComponents/0/provisionInfo/configuration', (r) => (task(r).configuration = {})],
  [
    'P1',
    'warning',
    '/internalComponents/infrastructuralComponents/0/provisionInfo/configurations/a',
    (r) => (task(r).configurations.a = 'x-${HOME}'),
  ],
  [
    'P1',
    'error',
    '/internalComponents/infrastructuralComponents/0/provisionInfo/configurations/a',
    (r) => (task(r).configurations.a = '${env:HOME'),
  ],
  ['P2', 'error', '/info/description', (r) => (r.info.description = 'for ${env:NAME}')],
  ['P2', 'error', '/internalComponents/infrastructuralComponents/0/provisionInfo/service', (r) => (task(r).service = '${env:SERVICE}')],
  [
    'P3',
    'error',
    '/internalComponents/infrastructuralComponents/0/provisionInfo/configurations/a',
    (r) => (task(r).configurations.a = '${output:nobody.url}'),
  ],
  [
    'R114',
    'error',
    '/internalComponents/infrastructuralComponents/0/provisionInfo/configurations/TF_VAR_kafka_api_secret',
    (r) => (task(r).configurations.TF_VAR_kafka_api_secret = 'hunter2'),
  ],
];
