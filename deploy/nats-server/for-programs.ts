import { text } from '@nestwatch/common/config/setting';
import { NATS_SERVER, requireTools } from '../local/tools.ts';
import { chooseNatsServer, natsServerAt } from './choose.ts';
import { warningOf } from './releases.ts';

/** The setting of `npm start` and the lab, NESTWATCH_NATS_SERVER in the environment. */
export const natsServerSetting = text(
  "nats-server that is started: a path, or a version such as 2.15, taken from Debian; by default the distribution's",
  { default: '' },
);

/**
 * Path of the nats-server to start. Says so when it has known holes.
 * @param setting a path or a version; empty for the distribution's, which is installed when it is not there
 */
export async function natsServerToStart(
  setting: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const wanted = { purpose: `nats-server ${setting}`, without: 'nothing is started', note: say, signal };
  const chosen = setting === '' ? await installed(say) : await chooseNatsServer(setting, wanted);
  const warning = warningOf(chosen.version);
  if (warning !== undefined) say(warning);
  return chosen.binary;
}

async function installed(say: (line: string) => void) {
  const [binary = NATS_SERVER.command] = await requireTools([NATS_SERVER], say);
  return natsServerAt(binary);
}
