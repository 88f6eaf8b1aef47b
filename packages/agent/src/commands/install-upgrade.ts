import { mkdirSync } from 'node:fs';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { parseDuration } from '@nestwatch/common/config/setting';
import { VERSION } from '@nestwatch/common/version';
import type { agentSchema } from '../runtime/config/schema.ts';
import { installationOf } from '../upgrade/helper/installation.ts';
import { serveUpgrade } from '../upgrade/helper/serve-upgrade.ts';

const REPORT_WITHIN_MS = 300_000;

/**
 * `nestwatch-agent install-upgrade`: the root-owned helper, started by nestwatch-upgrade.path. What it may install, and
 * whether at all, stands in the file of settings, which root writes.
 */
export async function installUpgrade(
  context: CommandContext<typeof agentSchema>,
  program: string,
): Promise<number> {
  const { config, options, signal, stderr } = context;
  const folder = config['packages.helper'];
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const answer = await serveUpgrade({
    ...{ folder, signal, stateDir: config['state.dir'], nowMs: Date.now },
    settings: { upgrade: config.upgrade, lab: config.lab, key: config['packages.key'], version: VERSION },
    installation: installationOf(program, signal),
    reportWithinMs: parseDuration(options['within']) ?? REPORT_WITHIN_MS,
  });
  const { outcome, from, to, reason } = answer;
  stderr.write(`upgrade from ${from} to ${to || '?'}: ${outcome}${reason === '' ? '' : `: ${reason}`}\n`);
  return outcome === 'back' ? EXIT.failed : EXIT.ok;
}
