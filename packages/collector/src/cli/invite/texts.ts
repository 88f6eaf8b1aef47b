import { renderTable } from '@nestwatch/common/cli/table';
import type { ListedInvitation, MadeInvitation } from '../../operators/invitations.ts';

/** What to paste, first as short as it goes. */
export function invitationLines({ lab, uses, expiresMs, addresses }: MadeInvitation): string {
  const count = uses === 1 ? 'one machine' : `${uses} machines`;
  const until = timeText(expiresMs);
  const lines = addresses.flatMap(({ url, sha256 }) => [
    '',
    `  curl -fsS ${url} | sh`,
    '',
    `or:       wget -qO- ${url} | sh`,
    `checked:  curl -fsS ${url} -o n.sh && echo "${sha256}  n.sh" | sha256sum -c && sh n.sh`,
  ]);
  const more =
    addresses.length > 1 ? ' The collector has several addresses: use one that the machine reaches.' : '';
  return [
    `Invitation for ${count} to lab ${lab}, valid until ${until}. Run on the machine as root:${more}`,
    ...lines,
    '',
    'Options go after "sh -s --": --node NAME, --user, --remove.',
    '',
  ].join('\n');
}

export function invitationTable(all: readonly ListedInvitation[], nowMs: number): string {
  return `${tableOf(all, nowMs)}${waitingText(all)}`;
}

/** What to do where nothing takes entries: on the machine of NATS, or with its JWTs. */
function waitingText(all: readonly ListedInvitation[]): string {
  const commands = all.flatMap(({ lab, guests, waiting }) =>
    guests
      .filter(({ publicKey }) => waiting.includes(publicKey))
      .map(
        ({ node, publicKey }) =>
          `  nestwatch enroll ${node} --lab ${lab} --public-key ${publicKey} --accounts FILE`,
      ),
  );
  if (commands.length === 0) return '';
  const head =
    'These nodes are not in NATS yet. Run the commands and reload NATS (or use --nsc instead of --accounts FILE):';
  return ['', head, ...new Set(commands), ''].join('\n');
}

function tableOf(all: readonly ListedInvitation[], nowMs: number): string {
  return renderTable<ListedInvitation>(
    [
      { title: 'ID', value: ({ id }) => id },
      { title: 'LAB', value: ({ lab }) => lab },
      { title: 'NODE', value: ({ node }) => node ?? 'any new id' },
      { title: 'USED', value: ({ guests, uses }) => `${guests.length} of ${uses}` },
      { title: 'UNTIL', value: ({ expiresMs }) => (expiresMs <= nowMs ? 'expired' : timeText(expiresMs)) },
      { title: 'BY', value: ({ by }) => by },
      { title: 'WHO CAME', value: ({ guests }) => guests.map(({ node }) => node).join(' ') },
    ],
    all,
  );
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
