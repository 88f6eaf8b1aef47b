import { ACCOUNT } from '@nestwatch/proto';
import type { Access } from '../permissions.ts';

/**
 * What an account takes from that of collectors.
 * @param to by what name it has a service, where that is not the exported one
 */
export function importLines(
  { services, streams }: Pick<Access, 'services' | 'streams'>,
  to: (service: string) => string | undefined = () => undefined,
): string[] {
  const one = (kind: string, subject: string, local?: string) =>
    `{ ${kind}: { account: ${ACCOUNT}, subject: ${JSON.stringify(subject)} }${local === undefined ? '' : `, to: ${JSON.stringify(local)}`} }`;
  return [
    ...services.map((subject) => one('service', subject, to(subject))),
    ...streams.map((subject) => one('stream', subject)),
  ];
}
