import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { type BucketSettings, ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import type { AlertingConfig } from '../alerting/settings.ts';
import type { Store } from '../influx/store.ts';
import type { IngestConfig } from '../ingest/settings.ts';
import type { Invitations } from '../invite/invitations.ts';
import type { ScriptConfig } from '../invite/serve-script.ts';
import type { Upgrades } from '../invite/upgrades.ts';
import type { TopologyService } from '../topology/topology.ts';
import { noteAcceptances } from './acceptance-points.ts';
import { acceptLevel, endAcceptance } from './acceptances.ts';
import { readAlerts, readSilences } from './alerts.ts';
import { acceptClaim, readConflicts } from './claims.ts';
import { askForExits } from './exits.ts';
import { forgetNode } from './forget.ts';
import { endInvitation, invite, readInvitations, releaseNode } from './invitations.ts';
import { readTargets, testTargets } from './notify.ts';
import { askForRounds } from './round.ts';
import type { Verbs } from './serve.ts';
import { beginSilence, endSilence } from './silences.ts';
import { endUpgrade, offerUpgrade, readUpgrade } from './upgrades.ts';

interface VerbsOptions {
  readonly connection: NatsConnection;
  /** The connection on which nodes speak to collectors. */
  readonly questions: NatsConnection;
  /** Of alerts and silences. */
  readonly alertsBucket: BucketSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly topology: Pick<TopologyService, 'conflicts' | 'accept' | 'forget'>;
  readonly store: Pick<Store, 'query' | 'write'>;
  readonly invitations: Invitations;
  readonly upgrades: Upgrades;
  readonly config: ScriptConfig & AlertingConfig & Pick<IngestConfig, 'stream.name'>;
}

/** What people may ask of any collector. */
export function verbsOf(options: VerbsOptions): Verbs {
  const { connection, questions, alertsBucket, clock, log, topology, store, invitations, upgrades, config } =
    options;
  const note = noteAcceptances(store, log);
  // Made by whoever needs it first: a silence can be given before any collector watches.
  const alerts = () => ensureBucket(connection, BUCKETS.alerts, alertsBucket);
  return {
    read: {
      alerts: readAlerts(alerts),
      silences: readSilences(alerts),
      conflicts: readConflicts(topology),
      targets: readTargets(config),
    },
    operate: {
      silence: beginSilence(alerts, clock),
      'end-silence': endSilence(alerts),
      accept: acceptClaim(topology),
      'accept-level': acceptLevel(alerts, clock, note),
      'end-acceptance': endAcceptance(alerts, note),
      round: askForRounds(questions, config['stream.name']),
      invite: invite(invitations, config),
      invitations: readInvitations(invitations),
      'end-invitation': endInvitation(invitations),
      forget: forgetNode({ store, topology, invitations, alerts, clock }),
      'release-node': releaseNode(invitations),
      'test-targets': testTargets(config, clock),
      exits: askForExits(alerts, clock),
      upgrade: readUpgrade(upgrades),
      'offer-upgrade': offerUpgrade(upgrades, config),
      'end-upgrade': endUpgrade(upgrades),
    },
  };
}
