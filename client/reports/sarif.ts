import type { Log, Result } from 'sarif';
import type { Reported } from './reported.js';

/**
 * Findings as SARIF 2.1.0 (OASIS), as GitHub's code scanning and others take it. A finding without a place stands at the descriptor itself.
 * @param root the descriptor, from the root of the repository
 */
export function sarifOf(findings: Reported[], { root, version }: { root: string; version: string }): Log {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Steward', semanticVersion: version, rules: rules.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding): Result => {
          const { rule, level, message, hint, file = root, line = 1, pointer } = finding;
          return {
            ruleId: rule,
            ruleIndex: rules.indexOf(rule),
            level,
            message: { text: hint === undefined ? message : `${message}. ${hint}` },
            locations: [
              {
                physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region: { startLine: line } },
                logicalLocations: [{ fullyQualifiedName: pointer || '/' }],
              },
            ],
          };
        }),
      },
    ],
  };
}
