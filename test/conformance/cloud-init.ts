import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCloudInit } from '@nestwatch/agent/benchmarks/own-installation/installer-logs';
import type { Answer } from './comparison.ts';

const SOURCE = 'cloudinit/config/cc_final_message.py';
const UPTIMES = ['9.81', '33', '184.06', '3601.20'];

/** The line that cloud-init ends its log with, by its own template, and the duration that we read in it. */
export function compareWithCloudInit(source: string): Answer[] {
  const template = finalMessage(readFileSync(join(source, SOURCE), 'utf8'));
  return UPTIMES.map((uptime) => ({
    case: `up for ${uptime} s`,
    field: 'time of the first boot',
    theirs: String(Number(uptime)),
    ours: String(parseCloudInit(`${LOG_PREFIX}${fill(template, uptime)}\n`) ?? 'nothing'),
  }));
}

const LOG_PREFIX = '2026-01-05 12:00:33,190 - util.py[DEBUG]: ';

/** The text of FINAL_MESSAGE_DEF: Python joins the quoted parts; the first line only names the kind of template. */
export function finalMessage(source: string): string {
  const body = /FINAL_MESSAGE_DEF = \(([\s\S]*?)\n\)/.exec(source)?.[1] ?? '';
  const parts = [...body.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part = '']) => part);
  return parts.join('').replace(/^## template: jinja\\n/, '');
}

function fill(template: string, uptime: string): string {
  const values: Readonly<Record<string, string>> = {
    version: '25.1.4-1',
    timestamp: 'Mon, 05 Jan 2026 12:00:33 +0000',
    datasource: 'DataSourceNoCloud [seed=/dev/sr0][dsmode=net]',
    uptime,
  };
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name) => values[name] ?? whole);
}
