import { parseIssues } from '@nestwatch/agent/capability/known-issues/parse-issues';
import { openapi } from '@nestwatch/collector/web/api/openapi';
import issues from '../../packages/agent/src/capability/known-issues/issues.json?raw';
import { alertsDocument } from './alerts.ts';
import { capabilityDocument } from './capability.ts';
import { configurationDocument } from './configuration.ts';
import { knownIssuesDocument } from './known-issues.ts';
import { metricsDocument } from './metrics.ts';

/** The documents that are made from tables in the code, by file name in docs/. `npm run docs` writes them. */
export function documents(): ReadonlyMap<string, string> {
  return new Map([
    ['reference/alerts.md', alertsDocument()],
    ['reference/capability.md', capabilityDocument()],
    ['reference/settings.md', configurationDocument()],
    ['reference/known-issues.md', knownIssuesDocument(parseIssues(issues))],
    ['reference/metrics.md', metricsDocument()],
    ['reference/openapi.json', `${JSON.stringify(openapi(), null, 2)}\n`],
  ]);
}
