import { v1 } from '@nestwatch/proto';
import { guestsToJudge } from '../../analysis/guests-of.ts';
import { nodeText } from '../../analysis/text.ts';
import type { Severity } from '../../read/severity.ts';
import { defineNodeRule, type Finding } from './rule.ts';

const { STILL, SPINS, BLOCKED } = v1.GuestUsage.Activity;

/** The text for each, by its number in guests.proto. */
const WORDS: Readonly<Record<number, { severity: Severity; text: string; detail: string }>> = {
  [STILL]: {
    severity: 'warning',
    text: 'is stopped: none of its vCPUs ran for minutes',
    detail: 'It is paused (see virsh domstate), or hangs with halted vCPUs.',
  },
  [BLOCKED]: {
    severity: 'warning',
    text: 'waits in the kernel of its parent and cannot be interrupted',
    detail: 'Its disk probably does not answer: NFS, a full thin pool or a failing device.',
  },
  [SPINS]: {
    severity: 'info',
    text: 'has run its vCPUs without any I/O for minutes',
    detail: 'It computes, or hangs in a loop after a crash: check its console.',
  },
};

/** A guest in which no agent can run looks hung from outside. Of one with an agent, the agent itself tells more. */
export const guestStuck = defineNodeRule({
  name: 'guest-stuck',
  meaning:
    'A guest without an agent is stopped or waits in the kernel of its parent (warning), or spins without any I/O (information).',
  severity: 'warning',
  forMs: 300_000,
  keepFiringForMs: 60_000,
  find: (node, _limits, view) =>
    guestsToJudge(view, node).flatMap(({ parent, guest, seen, node: inside }): Finding[] => {
      const words = inside === undefined ? WORDS[seen.steadily ?? 0] : undefined;
      if (words === undefined) return [];
      const { severity, text, detail } = words;
      return [
        {
          subject: guest,
          severity,
          summary: `${guest} on ${nodeText(parent)} ${text}.`,
          details: [detail],
        },
      ];
    }),
});
