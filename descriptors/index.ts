export { isError, type Finding, type Severity } from './finding.js';
export {
  BundleError,
  bundleFromInline,
  filesOf,
  openBundle,
  packBundle,
  packFiles,
  type BundleFiles,
  type PackedBundle,
} from './bundle/index.js';
export { readDescriptor, validateDescriptor, type Descriptor, type ReadOptions } from './read-descriptor.js';
export { mayHoldSecret } from './validate/secret-text.js';
export { ruleOf, rulebook, type RuleEntry } from './validate/rulebook.js';
export {
  compareDescriptors,
  changeRules,
  checkJudgements,
  comparePayload,
  compareWithHistory,
  type Bump,
  type ChangeClass,
  type ChangeFinding,
  type ChangeRule,
  type Comparison,
  type ComparisonFacts,
  type Judgements,
} from './compare/index.js';
export { nearest } from './nearest.js';
export { foreignRules } from './foreign/rules.js';
export { checkForeignDocuments, folderCache, memoryCache, withForeignDocuments, type VerdictCache } from './foreign/index.js';
export { componentFqn, idOf, lineMeant, lineOf, majorOf, parseFqn, type ProductName } from './identify/index.js';
export { channelsOf, tasksOf, type Channel, type DeclaredTask, type Message, type SchemaFormat } from './tasks/index.js';
export * from './product.js';
