import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { type BucketSettings, ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import type { TopologyService } from '../topology/topology.ts';
import { acceptLevel, endAcceptance } from './acceptances.ts';
import { readAlerts, readSilences } from './alerts.ts';
import { acceptClaim, readConflicts } from './claims.ts';
import { askForRounds } from './round.ts';
import type { Verbs } from './serve.ts';
import { beginSilence, endSilence } from './silences.ts';

/**
 * What people may ask of any collector.
 * @param questions the connection on which nodes speak to collectors
 * @param settings of the bucket of alerts and silences
 */
export function verbsOf(
  connection: NatsConnection,
  questions: NatsConnection,
  settings: BucketSettings,
  clock: Clock,
  topology: Pick<TopologyService, 'conflicts' | 'accept'>,
): Verbs {
  // Made by whoever needs it first: a silence can be given before any collector watches.
  const alerts = () => ensureBucket(connection, BUCKETS.alerts, settings);
  return {
    read: { alerts: readAlerts(alerts), silences: readSilences(alerts), conflicts: readConflicts(topology) },
    operate: {
      silence: beginSilence(alerts, clock),
      'end-silence': endSilence(alerts),
      accept: acceptClaim(topology),
      'accept-level': acceptLevel(alerts, clock),
      'end-acceptance': endAcceptance(alerts),
      round: askForRounds(questions),
    },
  };
}
