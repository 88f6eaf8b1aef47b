import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { freePort } from '../../../deploy/local/ports.ts';
import type { Processes } from '../../../deploy/local/processes.ts';
import { findTool } from '../../../deploy/local/tools.ts';
import { waitUntil } from '../../../deploy/local/wait.ts';

export interface ClusterServer {
  name: string;
  url: string;
  child: ChildProcess;
}

export interface Cluster {
  servers: ClusterServer[];
  /** All addresses, as nats.url takes them. */
  url: string;
  restart(server: ClusterServer): void;
  /** What the cluster says of a stream, waited for while the stream elects a leader: nobody answers meanwhile. */
  infoOf(stream: string): Promise<StreamInfo>;
  /** The server that leads a stream now. */
  leaderOf(stream: string): Promise<ClusterServer>;
}

/** Three NATS servers on loopback that form a JetStream cluster. */
export async function startCluster(processes: Processes, dir: string): Promise<Cluster> {
  const ports = await Promise.all(Array.from({ length: 6 }, () => freePort()));
  const routes = ports.slice(3).map((port) => `nats://127.0.0.1:${port}`);
  const binary = findTool({ command: 'nats-server' }) ?? 'nats-server';
  const start = (at: number): ClusterServer => {
    const name = `nats-${at}`;
    const folder = join(dir, name);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'nats-server.conf');
    writeFileSync(
      file,
      [
        `server_name: ${name}\nlisten: "127.0.0.1:${ports[at]}"`,
        `jetstream { store_dir: ${JSON.stringify(join(folder, 'jetstream'))}, max_file_store: 2GB }`,
        `cluster { name: nestwatch, listen: "127.0.0.1:${ports[at + 3]}", routes: ${JSON.stringify(routes)} }\n`,
      ].join('\n'),
    );
    const child = processes.start(name, binary, ['-c', file]);
    return { name, url: `nats://127.0.0.1:${ports[at]}`, child };
  };
  const servers = [start(0), start(1), start(2)];
  const url = servers.map((server) => server.url).join(',');
  const asked = async <T>(ask: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>) => {
    const connection = await connect({ servers: url.split(','), reconnect: false, timeout: 2000 });
    try {
      return await ask(await jetstreamManager(connection));
    } finally {
      await connection.close();
    }
  };
  const ready = async () => {
    try {
      const made = { name: 'READY', subjects: ['ready'], num_replicas: 3 };
      await asked(async (manager) => {
        await manager.streams.add(made);
        await manager.streams.delete('READY');
      });
      return true;
    } catch {
      return false;
    }
  };
  await waitUntil(ready, {
    what: 'a cluster of three NATS servers',
    limitMs: 120_000,
    tail: () => readFileSync(join(dir, 'nats-0.log'), 'utf8').slice(-2000),
  });
  const infoOf = async (stream: string) => {
    let info: StreamInfo | undefined;
    const hasLeader = async () => {
      info = await asked((manager) => manager.streams.info(stream)).catch(() => undefined);
      return info?.cluster?.leader !== undefined && info.cluster.leader !== '';
    };
    await waitUntil(hasLeader, { what: `the leader of ${stream}`, limitMs: 120_000 });
    return info as StreamInfo;
  };
  return {
    servers,
    url,
    restart(server) {
      const at = servers.indexOf(server);
      servers[at] = start(at);
    },
    infoOf,
    async leaderOf(stream) {
      const { cluster } = await infoOf(stream);
      const found = servers.find((server) => server.name === cluster?.leader);
      if (found === undefined) throw new Error(`the leader of ${stream} is none of ours`);
      return found;
    },
  };
}
