import type { Field, Measurement } from './types.ts';

const count = (name: string, meaning: string): Field => ({
  name,
  unit: 'count',
  kind: 'total',
  meaning,
  panel: 'Pipeline / Delivery',
});

export const delivery: Measurement = {
  name: 'nestwatch_delivery',
  meaning: "Delivery of a node's messages, in the current run of its agent and in earlier runs.",
  source: 'the collector, from sequence numbers',
  tags: ['run'],
  fields: [
    count('received', 'Messages taken from the stream, repetitions included.'),
    count('written', 'Sequence numbers that are in InfluxDB.'),
    count('duplicates', 'Messages taken from the stream that had been confirmed before. Harmless.'),
    count('dead', 'Sequence numbers that could not be processed and are in the dead-letter stream.'),
    count('dropped', "Sequence numbers that the agent's outbox dropped at its limits, as it declared."),
    count(
      'expired',
      'Sequence numbers older than the retention of InfluxDB: they are confirmed but not stored.',
    ),
    count('gaps', 'Sequence numbers below the highest seen that are not confirmed yet.'),
    count(
      'lost',
      'Sequence numbers of a run that is over, never confirmed, and no longer held by the agent.',
    ),
    { name: 'boots', unit: 'count', kind: 'gauge', meaning: 'Runs of the agent that these figures add up.' },
  ],
};
