import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { EXIT } from '@nestwatch/common/cli/program';
import { RetryableError, UsageError } from '@nestwatch/common/errors';
import { findMachine } from './cascade/find-machine.ts';
import { orderAndWait } from './orders.ts';
import { runningLab } from './running-lab.ts';
import type { LabContext } from './settings.ts';

/**
 * `npm run lab -- record guest3 FOLDER`: what the agent's `check` and `probe` read in that layer, as they were read there,
 * for a report of a wrong verdict and for the tests. The layer sends it over its network, outwards like all it sends.
 */
export async function recordLayer({ config, words, stdout, signal }: LabContext): Promise<number> {
  const [name, folder] = words;
  if (name === undefined || folder === undefined || words.length > 2) {
    throw new UsageError('give a layer and a folder, such as "record guest3 recorded/guest3"');
  }
  findMachine(name, runningLab(config['data.dir']).machines);
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  const server = createServer();
  const received = new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.once('connection', (socket) => unpack(socket, target).then(done, failed));
  });
  try {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await Promise.all([orderAndWait(config['data.dir'], name, `record ${port}`, signal), received]);
  } finally {
    server.close();
  }
  stdout.write(`${name} is recorded in ${target}\n`);
  return EXIT.ok;
}

function unpack(socket: Socket, folder: string): Promise<void> {
  const tar = spawn('tar', ['-xz', '--no-same-owner', '-C', folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  socket.pipe(tar.stdin);
  return new Promise((done, failed) => {
    tar.once('error', failed);
    tar.once('close', (code) =>
      code === 0 ? done() : failed(new RetryableError(`tar could not unpack the recording (${code})`)),
    );
  });
}
