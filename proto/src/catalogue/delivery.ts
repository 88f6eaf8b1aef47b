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
  meaning:
    'What became of the messages of a node: of the run of its agent that goes on, and of those before it.',
  source: 'the collector, from sequence numbers',
  tags: ['run'],
  fields: [
    count('received', 'Messages taken from the stream, repetitions included.'),
    count('written', 'Sequence numbers that are in InfluxDB.'),
    count('duplicates', 'Messages taken from the stream that had been confirmed before. Harmless.'),
    count('dead', 'Sequence numbers that could not be taken in and stand in the dead-letter stream.'),
    count('dropped', "Sequence numbers that the agent's outbox let go by policy, as it declared."),
    count('expired', 'Sequence numbers older than what InfluxDB keeps: they are confirmed, and not stored.'),
    count('gaps', 'Sequence numbers below the highest seen that are not confirmed yet.'),
    count(
      'lost',
      'Sequence numbers of a run that is over, never confirmed, and no longer held by the agent.',
    ),
    { name: 'boots', unit: 'count', kind: 'gauge', meaning: 'Runs of the agent that these figures add up.' },
  ],
};
