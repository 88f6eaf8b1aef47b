import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { provision } from '@nestwatch/collector/ingest/provision';
import { loadConfig } from '@nestwatch/common/config/load';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS, STREAM, subjects } from '@nestwatch/proto';
import { natsServers } from '@nestwatch/testkit/nats-servers';
import { expect, test } from 'vitest';
import { createSecuredLab } from './secured-lab.ts';

test.each(natsServers())(
  'one command moves an installation with a file of users, on nats-server $version',
  async ({ binary }) => {
    await using lab = await createSecuredLab('users', binary);
    const [collector, key] = [join(lab.dir, '--collector.nk'), lab.enroll('a', '--lab', 'lab')];
    await lab.reload();
    const before = await lab.connect(collector);
    const config = loadConfig(collectorSchema, { env: {}, flags: {} });
    await provision(before, config);
    const alerts = await ensureBucket(before, BUCKETS.alerts, { ttlMs: 0, replicas: 1 });
    await alerts.put('silence.lab.0a', 'a silence');
    const node = await lab.connect(key, 'a');
    await jetstream(node).publish(subjects.report('lab', 'a', 'sample'), 'not in InfluxDB yet');
    await Promise.all([before.close(), node.close()]);

    const [users, accounts] = [join(lab.conf, 'users.conf'), join(lab.conf, 'accounts.conf')];
    lab.nestwatch('enroll', '--migrate', users, '--accounts', accounts);
    await lab.restart(() => {
      const stored = (account: string) => join(lab.dir, 'jetstream/jetstream', account);
      renameSync(stored('$G'), stored('NESTWATCH'));
    });

    const conf = readFileSync(join(lab.conf, 'nats-server.conf'), 'utf8');
    expect(conf).toContain('include "accounts.conf"');
    expect(conf).not.toContain('users.conf');
    const after = await lab.connect(collector);
    await provision(after, config);
    const kept = await (await new Kvm(after).open(BUCKETS.alerts)).get('silence.lab.0a');
    expect(kept?.string()).toBe('a silence');
    const again = await lab.connect(key, 'a');
    await jetstream(again).publish(subjects.report('lab', 'a', 'sample'), 'x');
    const { state } = await (await jetstreamManager(after)).streams.info(STREAM);
    expect(state.messages).toBe(2);
    await expect(again.request('$JS.API.INFO', '', { timeout: 10_000 })).rejects.toThrow(
      /Permissions Violation/,
    );
    await Promise.all([after.close(), again.close()]);
  },
);
