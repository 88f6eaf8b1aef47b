import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@nestwatch/collector/influx/store';
import { EXIT, type Program, runProgram } from '@nestwatch/common/cli/program';
import { logSettings } from '@nestwatch/common/config/connection';
import { UsageError } from '@nestwatch/common/errors';
import { createProcesses } from '../../deploy/local/processes.ts';
import { startServers } from '../../deploy/local/servers.ts';
import { top } from '../../deploy/local/top.ts';
import { influxConfig } from '../../packages/testkit/src/influx-config.ts';
import { type Browser, findChromium, startBrowser } from '../support/chromium.ts';
import { takePictures } from './take-pictures.ts';

const program: Program<typeof logSettings> = {
  name: 'npm run pictures --',
  meaning: 'the pictures of the README, by Chromium, from a recording of the emulated lab',
  schema: logSettings,
  defaultFile: '',
  defaultCommand: 'run',
  commands: {
    run: {
      meaning: 'write them to docs/images, or to another folder',
      usage: '[FOLDER]',
      async run({ words, stdout, stderr, signal }) {
        const chromium = findChromium();
        if (chromium === undefined) {
          throw new UsageError('no Chromium is here: install it (apt-get install chromium)');
        }
        const folder = words[0] ?? join(top, 'docs/images');
        const dir = mkdtempSync(join(tmpdir(), 'nestwatch-pictures-'));
        // The browser's profile, too, lies there and goes with it.
        process.env['TMPDIR'] = dir;
        const processes = createProcesses(dir);
        let browser: Browser | undefined;
        try {
          const say = (line: string) => void stderr.write(`${line}\n`);
          // Servers of its own, whatever the environment names: the pictures show the recording alone.
          const servers = await startServers(processes, dir, { env: {}, say, natsServer: '', signal });
          const store = await openStore(influxConfig({ INFLUX_URL: servers.influxUrl }));
          browser = await startBrowser(chromium);
          for await (const { name, png } of takePictures({
            dir,
            processes,
            servers,
            store,
            browser,
            signal,
          })) {
            const file = join(folder, `${name}.png`);
            writeFileSync(file, png);
            stdout.write(`${file}\n`);
          }
          return EXIT.ok;
        } finally {
          await browser?.[Symbol.asyncDispose]();
          await processes.stopAll();
          rmSync(dir, { recursive: true, force: true });
        }
      },
    },
  },
};

const args = process.argv.slice(2);
process.exitCode = await runProgram(program, args[0] === 'run' ? args : ['run', ...args], process);
