import { agentSchema } from '@nestwatch/agent/runtime/config/schema';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { envNames, flagName, type Schema, show } from '@nestwatch/common/config/load';
import { code, markdownTable } from './markdown.ts';

const INTRO = `<!-- Made by "npm run docs" from the programs' schemas. -->
# Settings

A setting can be given in four ways. A later one wins:

1. the default below,
2. a YAML file: \`/etc/nestwatch/agent.yaml\`, \`/etc/nestwatch/collector.yaml\`, or the one that \`--config FILE\` or
   \`NESTWATCH_CONFIG\` names. A dot in a setting's name is a level of the file,
3. the environment,
4. a flag.

\`\`\`yaml
lab: openstack
interval: 10s
nats:
  url: nats://10.0.0.1:4222
\`\`\`

Unknown settings and values that are not allowed are refused, with the setting's name, the value and what is allowed. \`--print-config\`
shows the effective settings, with secrets masked. Other users must not be able to read a file that holds a secret.
`;

/** docs/reference/settings.md: one table for each program. */
export function settingsDocument(): string {
  return [
    INTRO,
    `## nestwatch-agent\n\n${table(agentSchema)}`,
    `## nestwatch-collector\n\nThe \`nestwatch\` command reads the settings of NATS and InfluxDB from \`/etc/nestwatch/nestwatch.yaml\`.\n\n${table(collectorSchema)}`,
  ].join('\n');
}

function table(schema: Schema): string {
  const rows = Object.entries(schema).map(([key, setting]) => [
    code(key),
    setting.meaning,
    setting.type,
    setting.default === undefined ? '' : code(show(setting, setting.default)),
    envNames(key, setting).map(code).join(', '),
    setting.fileOnly ? '' : code(flagName(key)),
  ]);
  return markdownTable(['setting', 'meaning', 'allowed', 'default', 'environment', 'flag'], rows);
}
