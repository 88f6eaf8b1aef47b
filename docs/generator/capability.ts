import { sources } from '@nestwatch/agent/capability/facts/index';
import { rules } from '@nestwatch/agent/capability/rules/index';
import { code, markdownTable } from './markdown.ts';

const INTRO = `<!-- Made by "npm run docs" from the tables of the rules and facts. -->
# Capability: rules and facts

What \`nestwatch-agent check\` and every capability message hold. [Check a machine](../use/check.md) says how to read it, and
[topology](../design/topology.md) how the collector joins machines.

## Rules

One file for each subject in \`packages/agent/src/capability/rules\`. A question that does not arise gets no verdict, such as VMCS shadowing
on AMD.
`;

const FACTS = `## Facts

One file for each subject in \`packages/agent/src/capability/facts\`. A fact that is not known says \`absent\` (there is no such thing
here), \`denied\` (it may not be read) or \`unknown\` (it was not understood), with the reason. It never says 0 or "no" instead.
`;

/** docs/reference/capability.md. */
export function capabilityDocument(): string {
  const ruleTable = markdownTable(
    ['rule', 'question', 'source'],
    rules.map(({ name, question, source }) => [code(name), question, source]),
  );
  const factTable = markdownTable(
    ['fact', 'meaning', 'source'],
    Object.values(sources).flatMap((source) =>
      Object.entries(source.about).map(([name, about]) => [
        code(`${source.name}.${name}`),
        about.meaning,
        about.source,
      ]),
    ),
  );
  return [INTRO, ruleTable, FACTS, factTable].join('\n');
}
