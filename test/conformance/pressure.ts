import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePressure } from '@nestwatch/agent/host/pressure';
import type { Answer } from './comparison.ts';

const SOURCE = 'src/test/test-psi-util.c';

/** Files of /proc/pressure that systemd's test writes, and what it then expects of them. */
export function compareWithPressure(source: string): Answer[] {
  return pressureCases(readFileSync(join(source, SOURCE), 'utf8')).flatMap(({ text, totals }, at) => {
    const ours = parsePressure(text);
    return Object.entries(totals).map(([kind, total]) => ({
      case: `file ${at + 1}, ${kind}`,
      field: 'pressure',
      theirs: total ?? 'refused',
      ours: String(ours[kind] ?? 'refused'),
    }));
  });
}

interface PressureCase {
  readonly text: string;
  /** By "some" and "full"; undefined where it must not be read. */
  readonly totals: Readonly<Record<string, string | undefined>>;
}

/** Each file that is written, with the readings up to the next. */
export function pressureCases(source: string): PressureCase[] {
  return source
    .split('write_string_file(path,')
    .slice(1)
    .map((part) => {
      const [written = ''] = part.split('WRITE_STRING_FILE_CREATE');
      const text = [...written.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, piece = '']) => piece).join('');
      const readings = part.split('read_resource_pressure(path, PRESSURE_TYPE_').slice(1);
      const totals = readings.map((reading) => {
        const isRead = /^\w+, &rp\) == 0\)/.test(reading);
        const total = /rp\.total == (\d+)/.exec(reading)?.[1];
        return [(/^\w+/.exec(reading)?.[0] ?? '').toLowerCase(), isRead ? total : undefined] as const;
      });
      return { text: text.replaceAll('\\n', '\n'), totals: Object.fromEntries(totals) };
    });
}
