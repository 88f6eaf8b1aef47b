import { UsageError } from '@nestwatch/common/errors';
import type { Machine } from '../machine.ts';
import type { Note, Step } from '../step.ts';

/** Services that run, now and after a start of the machine. @param units in the order in which they start */
export function servicesStep(machine: Machine, units: readonly string[]): Step {
  const systemctl = (...words: string[]) => machine.run('systemctl', ...words);
  const is = (state: string, unit: string) => systemctl(`is-${state}`, '--quiet', unit).status === 0;
  const runs = (unit: string) => is('active', unit) && is('enabled', unit);
  return {
    name: 'services',
    what: `services ${units.join(', ')} run`,
    isDone: (changed) => changed === 0 && units.every(runs),
    make(before) {
      const enabled = units.filter((unit) => !is('enabled', unit));
      const started = units.filter((unit) => !is('active', unit));
      systemctl('daemon-reload');
      for (const unit of units) {
        const { status, output } = systemctl('enable', '--quiet', unit);
        if (status !== 0) throw new UsageError(`${unit} cannot be enabled: ${output.trim()}`);
        const ran = systemctl('restart', unit);
        if (ran.status !== 0)
          throw new UsageError(`${unit} does not start: ${ran.output.trim()}; see journalctl -u ${unit}`);
      }
      return {
        enabled: [...new Set([...unitsIn(before, 'enabled'), ...enabled])],
        started: [...new Set([...unitsIn(before, 'started'), ...started])],
      };
    },
    undo(note) {
      const enabled = unitsIn(note, 'enabled');
      for (const unit of [...enabled].reverse()) systemctl('disable', '--quiet', '--now', unit);
      for (const unit of unitsIn(note, 'started').filter((each) => !enabled.includes(each)))
        systemctl('stop', unit);
      return undefined;
    },
  };
}

function unitsIn(note: Note | undefined, key: string): readonly string[] {
  return (note?.[key] ?? []) as readonly string[];
}
