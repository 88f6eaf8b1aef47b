import { defined } from '../defined.ts';
import { createLog, type Log, type LogLevel } from '../log.ts';

/** The log of a program as configured, on standard error; with times unless systemd's journal adds them. */
export function programLog(
  config: { readonly 'log.level': LogLevel; readonly 'log.format': 'text' | 'json' },
  stderr: { write(text: string): unknown },
  env: NodeJS.ProcessEnv,
): Log {
  const inJournal = env['JOURNAL_STREAM'] !== undefined;
  return createLog({
    level: config['log.level'],
    format: config['log.format'],
    write: (line) => void stderr.write(line),
    ...defined({ now: inJournal ? undefined : Date.now }),
  });
}
