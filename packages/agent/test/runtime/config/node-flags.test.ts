import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { AGENT_NODE_ENV, AGENT_NODE_FLAGS } from '../../../src/runtime/config/node-flags.ts';

const text = (path: string) =>
  readFileSync(resolve(import.meta.dirname, '../../../../../deploy', path), 'utf8');

test.each([
  ['systemd/nestwatch-agent.service', 'Environment='],
  ['lab/guest/agent.sh', 'export HOME=/var '],
])('%s starts the agent as the figures in docs/evidence/agent-cost.md were measured', (path, setting) => {
  expect(text(path)).toContain(`node ${AGENT_NODE_FLAGS.join(' ')} /`);
  for (const [name, value] of Object.entries(AGENT_NODE_ENV)) {
    expect(text(path)).toContain(`${setting}${name}=${value}\n`);
  }
});
