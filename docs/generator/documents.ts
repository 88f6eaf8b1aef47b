import { parseIssues } from '@nestwatch/agent/capability/known-issues/parse-issues';
import { openapi } from '@nestwatch/collector/web/api/openapi';
import issues from '../../packages/agent/src/capability/known-issues/issues.json?raw';
import { alertsDocument } from './alerts.ts';
import { benchmarksDocument } from './benchmarks.ts';
import { capabilityDocument } from './capability.ts';
import { commandLineDocument } from './command-line.ts';
import { conformanceDocument } from './conformance.ts';
import { knownIssuesDocument } from './known-issues.ts';
import { messagesDocument } from './messages.ts';
import { metricsDocument } from './metrics.ts';
import { scaleDocument } from './scale.ts';
import { settingsDocument } from './settings.ts';

/** The documents that are made from tables in the code, by file name in docs/. `npm run docs` writes them. */
export function documents(): ReadonlyMap<string, string> {
  return new Map([
    ['reference/alerts.md', alertsDocument()],
    ['reference/benchmarks.md', benchmarksDocument()],
    ['reference/capability.md', capabilityDocument()],
    ['reference/command-line.md', commandLineDocument()],
    ['reference/known-issues.md', knownIssuesDocument(parseIssues(issues))],
    ['reference/messages.md', messagesDocument()],
    ['reference/metrics.md', metricsDocument()],
    ['reference/settings.md', settingsDocument()],
    ['reference/openapi.json', `${JSON.stringify(openapi(), null, 2)}\n`],
    ['evidence/conformance.md', conformanceDocument()],
    ['evidence/scale.md', scaleDocument()],
  ]);
}
