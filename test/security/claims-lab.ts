import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { jetstream } from '@nats-io/jetstream';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { type CapabilityShape, type HeaderShape, inboxPrefix, subjects, v1 } from '@nestwatch/proto';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { freePort } from '../../deploy/local/ports.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import { createSecuredLab } from './secured-lab.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const execute = promisify(execFile);

/** A node with a key of its own, which sends whatever it likes as itself. */
export interface ClaimingNode {
  /** Says what it is and whom it runs: in full, as a capability message does. */
  says(body: CapabilityShape, header?: Partial<HeaderShape>): Promise<void>;
  /** From now on it says so in this run. */
  restarts(run: string): void;
  /** Where the collector says that it stands: "layer 1 on h". */
  told(): Promise<string>;
}

/** A secured server, a collector that watches, and nodes by "lab/node". */
export async function createClaimsLab(places: readonly string[]) {
  const lab = await createSecuredLab();
  const collector = join(lab.dir, '--collector.nk');
  const operator = lab.enroll('--operator', 'alice');
  const readOnly = lab.enroll('--read-only', 'bob');
  const keys = new Map(
    places.map((place) => {
      const [of = '', node = ''] = place.split('/');
      return [place, lab.enroll(node, '--lab', of)];
    }),
  );
  await lab.reload();
  const { url: influxUrl } = await startTestInflux(lab.processes, lab.dir);
  const store: Store = await openStore(influxConfig({ INFLUX_URL: influxUrl }));
  const servers = { natsUrl: lab.url, influxUrl };
  const { signal } = new AbortController();
  await startCollector(lab.processes, dist, servers, await freePort(), () => undefined, signal, {
    NESTWATCH_NATS_CA: lab.ca,
    NESTWATCH_NATS_NKEY: collector,
    NESTWATCH_WATCH_INTERVAL: '500ms',
  });

  async function nodeAt(place: string): Promise<ClaimingNode> {
    const [of = '', node = ''] = place.split('/');
    const connection = await lab.connect(keys.get(place) ?? '', node, { inboxPrefix: inboxPrefix(of, node) });
    const stream = jetstream(connection, { timeout: 30_000 });
    const seqs = new Map<string, number>();
    let run = '11111111-a';
    return {
      restarts(next) {
        run = next;
      },
      async says(body, changed = {}) {
        const boot = changed.boot ?? run;
        const seq = (seqs.get(boot) ?? 0) + 1;
        seqs.set(boot, seq);
        const nowUs = Date.now() * 1000;
        const header = { lab: of, node, name: node, seq, wallUs: nowUs, labUs: nowUs, ...changed, boot };
        const bytes = v1.Capability.encode({ trigger: 'start', ...body, header }).finish();
        await stream.publish(subjects.report(of, node, 'capability'), bytes);
      },
      async told() {
        const question = v1.SyncRequest.encode({ boot: run, monoUs: 1 }).finish();
        const answer = await connection.request(subjects.sync(of, node), question, { timeout: 30_000 });
        const { layer, parent } = v1.SyncReply.decode(answer.data);
        return `${layer == null ? 'no layer' : `layer ${layer}`}${parent === '' ? '' : ` on ${parent}`}`;
      },
    };
  }

  const nodes = new Map<string, ClaimingNode>();
  for (const place of places) nodes.set(place, await nodeAt(place));
  return {
    store,
    node(place: string): ClaimingNode {
      const found = nodes.get(place);
      if (found === undefined) throw new Error(`no node ${place}`);
      return found;
    },
    /** Runs `nestwatch` with the key of who may operate, or only read; gives what it wrote and its exit code. */
    async nestwatch(who: 'operator' | 'read-only', ...args: string[]) {
      const key = who === 'operator' ? operator : readOnly;
      const settings = ['--nats-url', lab.url, '--nats-ca', lab.ca, '--nats-nkey', key];
      const words = [join(dist, 'nestwatch.mjs'), ...args, ...settings, '--influx-url', influxUrl];
      return execute(process.execPath, words).then(
        ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
        ({ stdout, stderr, code }: { stdout: string; stderr: string; code: number }) => ({
          stdout,
          stderr,
          code,
        }),
      );
    },
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  };
}

export type ClaimsLab = Awaited<ReturnType<typeof createClaimsLab>>;
