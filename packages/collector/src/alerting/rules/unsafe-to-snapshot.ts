import { v1 } from '@nestwatch/proto';
import { asGuestOf } from '../../analysis/guests-of.ts';
import { count, nodeText } from '../../analysis/text.ts';
import { defineNodeRule } from './rule.ts';

const { OUTGOING } = v1.GuestUsage.Transfer;

/** A guest that runs guests of its own must not be saved, snapshotted or migrated now, or is already. */
export const unsafeToSnapshot = defineNodeRule({
  name: 'unsafe-to-snapshot',
  meaning:
    'Guests run inside a guest: saving, snapshotting or migrating it now would break them, or may. A warning while that goes on, critical where they are known to be lost.',
  severity: 'info',
  forMs: 30_000,
  keepFiringForMs: 30_000,
  find(node, _limits, view) {
    if (node.capability?.snapshotSafe !== false) return undefined;
    const guests = node.capability.guestsRunning ?? 1;
    const inside = `${count(guests, 'guest')} ${guests === 1 ? 'runs' : 'run'} in it`;
    const { nestedState: kept = '', transfer } = asGuestOf(view, node)?.seen ?? {};
    const isOnItsWay = transfer === OUTGOING;
    const details = [WORDS[kept] ?? WORDS['unclear'] ?? ''];
    if (isOnItsWay && kept !== 'kept') {
      const severity = kept === 'lost' ? 'critical' : 'warning';
      const summary = `${nodeText(node)} is being saved or migrated now, and ${inside}.`;
      return { value: guests, severity, summary, details };
    }
    const summary =
      kept === 'kept'
        ? `Saving, snapshotting or migrating ${nodeText(node)} takes along what is in it: ${inside}.`
        : `Do not save, snapshot or migrate ${nodeText(node)} now: ${inside}.`;
    return { value: guests, summary, details };
  },
});

const WORDS: Readonly<Record<string, string>> = {
  kept: 'What runs it keeps the state of nested guests, as documented for its VMM, kernel and CPU.',
  unproven:
    'What runs it has the code to keep the state of nested guests, and nobody promises that it works.',
  lost: 'What runs it is known to lose the state of nested guests.',
  unclear: 'Whether what runs it keeps the state of nested guests is not known.',
};
