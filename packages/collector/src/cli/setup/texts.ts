import { AGENT_GROUP, COLLECTOR_GROUP, NATS_USER, SERVER_CONF } from './places.ts';
import { hasOwnInflux, unitsOf } from './steps.ts';
import type { Wanted } from './wanted.ts';

/** What starts all, where setup does not. */
export function startCommands(wanted: Wanted): string[] {
  if (wanted.machine.hasSystemd)
    return ['systemctl daemon-reload', `systemctl enable --now ${unitsOf(wanted).join(' ')}`];
  const influx = 'INFLUXDB_HTTP_BIND_ADDRESS=127.0.0.1:8086 influxd -config /etc/influxdb/influxdb.conf';
  const as = (user: string) => `setpriv --reuid ${user} --regid ${user} --init-groups`;
  const state = [COLLECTOR_GROUP, AGENT_GROUP].map(
    (user) => `install -d -o ${user} -g ${user} -m 700 /var/lib/${user}`,
  );
  return [
    ...state,
    `${as(NATS_USER)} nats-server -c ${SERVER_CONF} &`,
    ...(hasOwnInflux(wanted) ? [`${as('influxdb')} env ${influx} &`] : []),
    `${as(COLLECTOR_GROUP)} nestwatch-collector run --config /etc/nestwatch/collector.yaml &`,
    `${as(AGENT_GROUP)} nestwatch-agent run --config /etc/nestwatch/agent.yaml &`,
  ];
}

/** What to do next. */
export function closingText(wanted: Wanted): string {
  const invite = `nestwatch invite${wanted.lab === 'default' ? '' : ` --lab ${wanted.lab}`}`;
  if (wanted.starts) return `Ready. Invite a guest: ${invite}\n`;
  const commands = startCommands(wanted).map((line) => `  ${line}\n`);
  return `Nothing was started. Start it:\n${commands.join('')}and then invite a guest: ${invite}\n`;
}
