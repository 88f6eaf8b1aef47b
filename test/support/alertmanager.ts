import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../deploy/local/ports.ts';
import type { Processes } from '../../deploy/local/processes.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';

/** Debian's Alertmanager; undefined where it is not installed. */
export const ALERTMANAGER = findTool({ command: 'prometheus-alertmanager' });

export interface AlertmanagerAlert {
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  startsAt: string;
}

/** Starts a real Alertmanager on a free port, with its data in `dir`. */
export async function startAlertmanager(processes: Processes, dir: string) {
  const port = await freePort();
  const config = join(dir, 'alertmanager.yml');
  writeFileSync(config, 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n');
  const url = `http://127.0.0.1:${port}`;
  const child = processes.start('alertmanager', ALERTMANAGER ?? '', [
    `--config.file=${config}`,
    `--storage.path=${join(dir, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  const answers = () =>
    fetch(`${url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  await waitUntil(answers, { what: 'alertmanager', child });
  return {
    url,
    /** Alerts that fire now, as its own API lists them. */
    async active(): Promise<AlertmanagerAlert[]> {
      return (await (await fetch(`${url}/api/v2/alerts?active=true`)).json()) as AlertmanagerAlert[];
    },
  };
}
