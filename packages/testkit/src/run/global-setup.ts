import { findTool, INFLUXD, NATS_SERVER, requireTools, type Tool } from '@nestwatch/deploy/local/tools';
import { ensureBuilt } from '../../../../scripts/prepare.mjs';
import { beginRun } from './begin-run.ts';

/** Tests of these are skipped, saying so, where the distribution does not have them. */
const OPTIONAL: readonly Tool[] = [
  optional('victoria-metrics', 'a second server that takes v2 writes'),
  optional('prometheus-alertmanager', 'takes the alerts of a test'),
  optional('strace', 'shows that an agent starts no process'),
  optional('chromium', 'shows the lab page and the report'),
  optional('mmdebstrap', 'makes a Debian in which the packages are installed'),
  { command: 'rpmbuild', package: 'rpm', purpose: 'builds the .rpm packages' },
];

/** Before any test: the programs as the sources are now, the servers the tests run, and a folder for all they leave. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  ensureBuilt();
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  await requireTools([NATS_SERVER, INFLUXD], say);
  for (const tool of OPTIONAL.filter((each) => findTool(each) === undefined)) {
    await requireTools([tool], say).catch((error: Error) => say(`without ${tool.command}: ${error.message}`));
  }
  return beginRun(say);
}

function optional(name: string, purpose: string): Tool {
  return { command: name, package: name, purpose };
}
