import { count, nodeText } from '../../analysis/text.ts';
import { defineNodeRule } from './rule.ts';

/** A guest that runs guests of its own must not be saved, snapshotted or migrated now. */
export const unsafeToSnapshot = defineNodeRule({
  name: 'unsafe-to-snapshot',
  meaning: 'Guests run inside a guest: saving, snapshotting or migrating it now would break them.',
  severity: 'info',
  forMs: 30_000,
  keepFiringForMs: 30_000,
  find(node) {
    if (node.capability?.snapshotSafe !== false) return undefined;
    const guests = node.capability.guestsRunning ?? 1;
    return {
      value: guests,
      summary: `Do not save, snapshot or migrate ${nodeText(node)} now: ${count(guests, 'guest')} ${guests === 1 ? 'runs' : 'run'} in it.`,
    };
  },
});
