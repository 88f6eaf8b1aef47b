import type { PeerCertificate } from 'node:tls';
import { type Ending, peerEnding } from './endings.ts';

/**
 * Looks at the certificate that a server shows, besides checking it as is usual. The code of TLS is loaded only where it is
 * needed.
 * @param what such as "the certificate of NATS"
 */
export async function watchPeer(what: string) {
  const { checkServerIdentity } = await import('node:tls');
  let seen: Ending[] = [];
  return {
    /** When the certificate ends that was shown last; empty until one was. */
    endings: () => seen,
    /** For `checkServerIdentity` of a connection. */
    check(hostname: string, certificate: PeerCertificate) {
      seen = [peerEnding(what, certificate)];
      return checkServerIdentity(hostname, certificate);
    },
  };
}
