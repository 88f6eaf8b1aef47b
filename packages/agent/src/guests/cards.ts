import type { GuestNicShape } from '@nestwatch/proto';
import { normaliseMac } from '../host/identity/identity.ts';

/** A virtio card, of monitors that have no other; none when nobody chose its address, which is then a random one. */
export function virtioCard(address: string | undefined): GuestNicShape[] {
  const mac = normaliseMac(address ?? '');
  return mac === undefined ? [] : [{ model: 'virtio', mac, defaultMac: false }];
}
