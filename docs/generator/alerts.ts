import { EXPECTED } from '@nestwatch/collector/alerting/rules/expected';
import { rules } from '@nestwatch/collector/alerting/rules/index';
import { defaultText } from '@nestwatch/collector/alerting/rules/parse-overrides';
import { kinds } from '@nestwatch/collector/alerting/targets/kinds/index';
import { COMMON_KEYS } from '@nestwatch/collector/alerting/targets/parse-targets';
import { formatDuration } from '@nestwatch/common/config/setting';
import { code, markdownTable } from './markdown.ts';

/** docs/reference/alerts.md: the rules, their parameters, and the keys of targets. */
export function alertsDocument(): string {
  return [
    INTRO,
    ruleTable(),
    PARAMETERS,
    parameterTable(),
    firstRatios(),
    TARGETS,
    targetList(),
    keyTable(),
  ].join('\n');
}

function ruleTable(): string {
  const time = (ms: number) => (ms === 0 ? '0s' : formatDuration(ms));
  return markdownTable(
    ['rule', 'finds', 'severity', 'for', 'keep'],
    rules.map((rule) => [
      `[${code(rule.name)}](../use/alerts.md#${rule.name})`,
      rule.meaning,
      rule.severity,
      time(rule.forMs),
      time(rule.keepFiringForMs),
    ]),
  );
}

function parameterTable(): string {
  return markdownTable(
    ['rule', 'parameter', 'default', 'meaning'],
    rules.flatMap((rule) =>
      Object.entries(rule.parameters).map(([name, parameter]) => [
        code(rule.name),
        code(name),
        defaultText(parameter),
        parameter.meaning,
      ]),
    ),
  );
}

function firstRatios(): string {
  const known = EXPECTED.map(
    (each) => `${each.parameters['first-ratio']} for ${code(each.benchmark ?? '')}`,
  ).join(' and ');
  return `\`first-ratio\` stands in for the baseline of a young lab. It is ${known}, and 0 for others.\n`;
}

function targetList(): string {
  return kinds.map(({ name, meaning }) => `- ${code(name)}: ${meaning}\n`).join('');
}

function keyTable(): string {
  return markdownTable(
    ['kind', 'key', 'meaning'],
    [
      ...Object.entries(COMMON_KEYS).map(([key, meaning]) => ['all', code(key), meaning]),
      ...kinds.flatMap((kind) =>
        Object.entries(kind.keys).map(([key, { meaning, required, secret }]) => [
          code(kind.name),
          `${code(key)}${required ? ', required' : ''}${secret ? ', secret' : ''}`,
          meaning,
        ]),
      ),
    ],
  );
}

const INTRO = `<!-- Made by "npm run docs" from the tables of the rules and targets. -->
# Alert rules and targets

[Alerts](../use/alerts.md) says how to set rules, silence alerts and name targets, and what to do on each alert.

## Rules

*for*: how long a finding lasts before the alert fires. *keep*: how long it is gone before the alert is over. A slowdown has its own
patience in the detector.
`;

const PARAMETERS = `## Parameters

An entry of \`watch.rules\` sets them.
`;

const TARGETS = `## Targets

An entry of \`notify\` has a kind:
`;
