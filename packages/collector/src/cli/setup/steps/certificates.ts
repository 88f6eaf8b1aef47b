import { X509Certificate } from 'node:crypto';
import { rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { UsageError } from '@nestwatch/common/errors';
import { giveTo, type Machine, textOf } from '../machine.ts';
import { NATS, SHARE } from '../places.ts';
import type { Step } from '../step.ts';

const TLS = `${NATS}/tls`;
/** A certificate that ends sooner is made again, ms. */
const RENEW_MS = 30 * 86_400_000;

/**
 * An authority of this machine's own, and the certificate of NATS for names and addresses.
 * @param group that nats-server runs as
 */
export function certificatesStep(
  machine: Machine,
  names: readonly string[],
  group: string,
  nowMs: number,
): Step {
  return {
    name: 'certificates',
    what: `certificate of NATS for ${names.join(', ')} in ${TLS}`,
    isDone() {
      const text = textOf(machine, `${TLS}/server.pem`);
      return text !== undefined && isGood(new X509Certificate(text), names, nowMs);
    },
    make(before) {
      const isNew = textOf(machine, `${TLS}/ca.pem`) === undefined;
      const script = machine.at(`${SHARE}/nats/certificates.sh`);
      const { status, output } = machine.run(script, machine.at(TLS), ...names);
      if (status !== 0) throw new UsageError(`cannot create certificates: ${output.trim()}`);
      // The server reads its own key, and the authority's not.
      giveTo(machine, TLS, { mode: 0o750, group });
      giveTo(machine, `${TLS}/server.key`, { mode: 0o640, group });
      return { isNew: before?.['isNew'] ?? isNew };
    },
    undo({ isNew }) {
      if (isNew !== true) return `${TLS} existed before setup`;
      rmSync(machine.at(TLS), { recursive: true, force: true });
      return undefined;
    },
  };
}

function isGood(certificate: X509Certificate, names: readonly string[], nowMs: number): boolean {
  const covers = (name: string) =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
  return Date.parse(certificate.validTo) - nowMs > RENEW_MS && names.every(covers);
}
