import type { Argument } from '../arguments.ts';
import { type Properties, propertiesOf } from '../properties.ts';
import { defaultsOf } from './defaults.ts';

/** Controllers that disks hang on, by their driver: what the guest sees their disks on. */
const CONTROLLERS: readonly (readonly [RegExp, 'scsi' | 'ide', string])[] = [
  [/^(virtio|vhost|vhost-user)-scsi\b/, 'scsi', 'virtio-scsi'],
  [/^(lsi|megasas|mptsas|pvscsi|am53c974|dc390|spapr-vscsi|esp\b)/, 'scsi', 'scsi'],
  [/^usb-(bot|uas)$/, 'scsi', 'usb'],
  [/ahci/, 'ide', 'sata'],
  [/^(piix\d-ide|cmd646-ide|via-ide|isa-ide|sii3112)/, 'ide', 'ide'],
];

/** Disks that are a device by themselves. */
const OWN_BUS: readonly (readonly [RegExp, string])[] = [
  [/^(virtio-blk|vhost-user-blk)/, 'virtio'],
  // What is behind such a controller, only its other end knows; a disk it is.
  [/^vhost-(user-)?scsi/, 'virtio-scsi'],
  [/^nvme-ns$/, 'nvme'],
  [/^xen-disk$/, 'xen'],
  [/^usb-storage$/, 'usb'],
  [/^(sd-card|emmc)/, 'sd'],
];

interface Controller {
  readonly id: string | undefined;
  readonly family: 'scsi' | 'ide';
  readonly bus: string;
}

/** The bus that the guest sees a disk on; undefined for what is no disk. */
export function diskBuses(args: readonly Argument[], machine: string) {
  const controllers = propertiesOf(args, 'device').flatMap(controllerOf);
  const builtIn = machine.includes('q35') ? 'sata' : 'ide';

  const scsi = (values: Properties['values']) => {
    const named = atBus(controllers, 'scsi', values.get('bus'));
    // Without a controller on the command line it is the machine's, or in a file.
    return named ?? controllers.find(({ family }) => family === 'scsi')?.bus ?? 'scsi';
  };
  const ide = (values: Properties['values']) => {
    const named = atBus(controllers, 'ide', values.get('bus'));
    const isBuiltIn = /q35|^$|^(pc|isapc|xenfv)/.test(machine) && !/ahci/.test(values.get('bus') ?? '');
    return (
      named ?? (isBuiltIn ? builtIn : (controllers.find(({ family }) => family === 'ide')?.bus ?? builtIn))
    );
  };

  return {
    /** Of a `-device`. */
    ofDevice({ head, values }: Properties): string | undefined {
      if (/^scsi-(hd|block|disk|generic)$/.test(head)) return scsi(values);
      if (/^ide-(hd|drive)$/.test(head)) return ide(values);
      if (head === 'nvme') return values.has('drive') ? 'nvme' : undefined;
      return OWN_BUS.find(([driver]) => driver.test(head))?.[1];
    },
    /** Of a `-drive if=…`, or of `-hda` and the like, which name none; undefined where it is attached to nothing. */
    ofInterface(named: string | undefined): string | undefined {
      if (named === undefined) return defaultsOf(machine).diskBus;
      if (named === 'ide') return builtIn;
      return /^(none|pflash|mtd|floppy)$/.test(named) ? undefined : named;
    },
  };
}

function controllerOf({ head, values }: Properties): Controller[] {
  const found = CONTROLLERS.find(([driver]) => driver.test(head));
  return found === undefined ? [] : [{ id: values.get('id'), family: found[1], bus: found[2] }];
}

/** Buses are named after the controller's id ("scsi1.0"), or counted among those without one ("scsi.0"). */
function atBus(controllers: readonly Controller[], family: string, bus = ''): string | undefined {
  const [, name, number] = /^(.*?)(?:\.(\d+))?$/.exec(bus) ?? [];
  const byId = controllers.find(({ id }) => id !== undefined && id === name);
  if (byId !== undefined || name !== 'scsi') return byId?.bus;
  return controllers.filter((one) => one.family === family && one.id === undefined)[Number(number ?? 0)]?.bus;
}
