import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorityIn, natsFor } from './addresses.ts';
import { expiredText } from './admit.ts';
import { send } from './answers.ts';
import type { Guesses } from './guesses.ts';
import type { Invitation } from './invitation.ts';
import type { Invitations } from './invitations.ts';
import { readPackages } from './packages-list.ts';
import { readAuthority, renderInstaller, renderRefusal } from './script/render.ts';
import type { InviteConfig } from './settings.ts';

export type ScriptConfig = InviteConfig & { readonly 'nats.url': string; readonly 'nats.ca': string };

/**
 * The installer of one invitation, for guests that reach the collector under a name.
 * @param reached such as 192.168.122.1:9465
 * @throws UsageError when there are no packages to install
 */
export async function installerFor(
  config: ScriptConfig,
  reached: string,
  token: string,
  { lab }: Invitation,
) {
  const text = renderInstaller({
    base: `http://${reached}`,
    token,
    lab,
    nats: natsFor(reached, config['invite.nats'], config['nats.url']),
    ca: readAuthority(config['nats.ca']),
    packages: await readPackages(config['invite.packages']),
    signer: config['invite.signer'],
  });
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}

/** Answers `/i/TOKEN`: with the installer, or with a script that says in one line why there is none. */
export async function serveScript(
  { config, invitations, guesses }: { config: ScriptConfig; invitations: Invitations; guesses: Guesses },
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
): Promise<void> {
  const { socket } = request;
  const script = (text: string) => send(response, 200, 'text/x-shellscript', text);
  const invitation = await invitations.find(token);
  if (invitation === undefined) {
    if (await guesses.wrong(socket.remoteAddress ?? '')) script(renderRefusal('unknown invitation'));
    else socket.destroy();
    return;
  }
  if (invitations.nowMs() > invitation.expiresMs) {
    script(renderRefusal(expiredText(invitation.expiresMs)));
    return;
  }
  const reached = authorityIn(request.headers.host);
  if (reached === undefined) send(response, 400, 'text/plain', 'no such name\n');
  else script((await installerFor(config, reached, token, invitation)).text);
}
