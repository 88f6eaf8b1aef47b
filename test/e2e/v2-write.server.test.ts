import { join } from 'node:path';
import { openStore } from '@nestwatch/collector/influx/store';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses, type Processes } from '../../deploy/local/processes.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';

const binary = findTool({ command: 'victoria-metrics' });

describe.skipIf(binary === undefined)(
  'the v2 write path, against a real server that has it (VictoriaMetrics)',
  () => {
    let dir: string;
    let processes: Processes;
    let url: string;

    beforeAll(async () => {
      dir = temporaryFolder('v2');
      processes = createProcesses(dir);
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      const args = [`-storageDataPath=${join(dir, 'data')}`, `-httpListenAddr=127.0.0.1:${port}`];
      const child = processes.start('victoria-metrics', binary ?? '', args);
      await waitUntil(
        () =>
          fetch(`${url}/health`).then(
            (answer) => answer.ok,
            () => false,
          ),
        {
          what: 'victoria-metrics',
          child,
        },
      );
    });

    afterAll(async () => {
      await processes?.stopAll();
    });

    test('is chosen when a bucket is configured, and what is written can be read back', async () => {
      const store = await openStore(influxConfig({ INFLUX_URL: url, INFLUX_BUCKET: 'labs' }));
      expect(store.dialect).toMatchObject({ api: 'v2', store: 'labs' });
      const timeUs = Date.now() * 1000;
      await store.write([`nestwatch_load,lab=v2,node=n0 load1=0.25 ${timeUs}`]);

      let exported = '';
      await waitUntil(
        async () => {
          // Makes what was written a moment ago visible to queries.
          await fetch(`${url}/internal/force_flush`);
          exported = await (await fetch(`${url}/api/v1/export?match[]=nestwatch_load_load1`)).text();
          return exported !== '';
        },
        { what: 'the point in VictoriaMetrics' },
      );
      expect(JSON.parse(exported)).toMatchObject({
        metric: { lab: 'v2', node: 'n0' },
        values: [0.25],
        timestamps: [Math.floor(timeUs / 1000)],
      });
    });
  },
);
