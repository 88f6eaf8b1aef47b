import { v1 } from '@nestwatch/proto';
import { asGuestOf } from '../../analysis/guests-of.ts';
import { count, nodeText } from '../../analysis/text.ts';
import { defineNodeRule } from './rule.ts';

const { OUTGOING } = v1.GuestUsage.Transfer;

/** A guest that runs guests of its own must not be saved, snapshotted or migrated now, or is already. */
export const unsafeToSnapshot = defineNodeRule({
  name: 'unsafe-to-snapshot',
  meaning:
    'Guests run inside a guest, so saving, snapshotting or migrating it may break them. A warning while it is being saved or migrated; critical if its guests are known to be lost.',
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
      const summary = `${nodeText(node)} is being saved or migrated now, while ${inside}.`;
      return { value: guests, severity, summary, details };
    }
    const summary =
      kept === 'kept'
        ? `A save, snapshot or migration of ${nodeText(node)} includes its guests: ${inside}.`
        : `Do not save, snapshot or migrate ${nodeText(node)} now: ${inside}.`;
    return { value: guests, summary, details };
  },
});

const WORDS: Readonly<Record<string, string>> = {
  kept: 'Its VMM, kernel and CPU are documented to keep the state of nested guests.',
  unproven: 'Its VMM and kernel have the code to keep the state of nested guests, but without a guarantee.',
  lost: 'Its VMM or kernel is known to lose the state of nested guests.',
  unclear: 'It is unknown whether its VMM and kernel keep the state of nested guests.',
};
