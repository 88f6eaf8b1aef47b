import { agentSchema } from '@nestwatch/agent/runtime/config/schema';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { envNames, flagName, type Schema, show } from '@nestwatch/common/config/load';
import { code, markdownTable } from './markdown.ts';

const INTRO = `# Configuration

Made from the programs' schemas by \`npm run docs\`. Every setting can be given, each winning over the one before, in

1. the defaults below,
2. a YAML file: \`/etc/nestwatch/agent.yaml\`, \`/etc/nestwatch/collector.yaml\`, or what \`--config FILE\` or
   \`NESTWATCH_CONFIG\` names; a dot in a setting's name is a level of the file,
3. the environment,
4. flags.

\`\`\`yaml
lab: openstack
interval: 10s
nats:
  url: nats://10.0.0.1:4222
\`\`\`

Unknown settings and values that are not allowed are refused with the setting's name, what was given and what is
allowed. \`--print-config\` shows what is in force, secrets masked. A file that holds a secret must not be readable by
others.
`;

/** docs/reference/settings.md: one table for each program. */
export function configurationDocument(): string {
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
