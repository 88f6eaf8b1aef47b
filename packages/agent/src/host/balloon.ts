import { absent, type Found, type Host, known, unknown, valueIn } from './host.ts';

/** Folder of the driver, with a link for each device that it drives. */
export const BALLOONS = '/sys/bus/virtio/drivers/virtio_balloon';

/** Bits of features, and the words of `balloon` in capability.proto (include/uapi/linux/virtio_balloon.h). */
const FEATURES: readonly (readonly [bit: number, word: string])[] = [
  [5, 'reporting'],
  [2, 'deflate-on-oom'],
];

/** What a guest has agreed with its hypervisor about a balloon: "balloon", or with "reporting" (of free pages) and so on. */
export async function readBalloon(host: Host): Promise<Found<string>> {
  const names = await host.list(BALLOONS);
  const device = valueIn(names)?.find((name) => /^virtio\d+$/.test(name));
  if (device === undefined) {
    return names.state === 'denied' ? names : absent('no virtio balloon');
  }
  const features = await host.read(`/sys/bus/virtio/devices/${device}/features`, 128);
  if (features.state !== 'known') return features;
  if (!/^[01]{8,}\s*$/.test(features.value)) return unknown(`features of ${device}: unexpected format`);
  const words = FEATURES.filter(([bit]) => features.value[bit] === '1').map(([, word]) => word);
  return known(['balloon', ...words].join(' '));
}
