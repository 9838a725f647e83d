export { annotationsOf } from './annotations.js';
export { codeQualityOf } from './code-quality.js';
export { operationSummary } from './operation-summary.js';
export { folderInRepository, reportedOf } from './reported.js';
export type { Reported } from './reported.js';
export { reviewSummary } from './review-summary.js';
export { sarifOf } from './sarif.js';
export { appendSummary, writeReport, writeText } from './write.js';
