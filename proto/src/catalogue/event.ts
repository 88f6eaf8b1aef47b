import { v1 } from '../messages.ts';
import type { Measurement } from './types.ts';

const { Kind } = v1.Event;

export const event: Measurement = {
  name: 'nestwatch_event',
  meaning: 'Something that happened once on a node.',
  source: 'agent and collector',
  from: 'event',
  fields: [
    {
      name: 'kind',
      unit: 'none',
      kind: 'gauge',
      meaning: 'What happened.',
      words: {
        [Kind.AGENT_STARTED]: 'agent started',
        [Kind.AGENT_STOPPED]: 'agent stopped',
        [Kind.CLOCK_STEPPED]: 'clock stepped',
        [Kind.RESUMED]: 'resumed after a pause',
        [Kind.CHILDREN_CHANGED]: 'guests changed',
        [Kind.CAPABILITY_CHANGED]: 'capability changed',
        [Kind.DUPLICATE_NODE]: 'two machines are one node',
        [Kind.OUTBOX_DROPPED]: 'outbox dropped messages',
        [Kind.CLOCKSOURCE_CHANGED]: 'clocksource changed',
        [Kind.KERNEL_TROUBLE]: 'trouble in the kernel log',
        [Kind.PLACE_CHANGED]: 'layer or parent changed',
        [Kind.IDENTITY_CONFLICT]: 'who runs it is disputed',
        [Kind.CREDENTIALS_END]: 'certificate or login about to end',
        [Kind.GUEST_TRANSFER]: 'guest saved or migrated',
        [Kind.UPGRADED]: 'agent upgraded',
        [Kind.UPGRADE_REFUSED]: 'upgrade refused',
        [Kind.UPGRADE_FAILED]: 'upgrade failed',
      },
    },
    {
      name: 'text',
      unit: 'text',
      kind: 'text',
      meaning: 'One sentence for a person.',
      panel: 'Lab / Events',
    },
    { name: 'magnitude', unit: 'none', kind: 'gauge', meaning: 'Amount of the event, if it has one.' },
    { name: 'other_node', unit: 'text', kind: 'text', meaning: 'The other node involved.' },
  ],
};
