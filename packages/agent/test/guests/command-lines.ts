/** Command lines as the tools write them, words as in /proc/PID/cmdline. */

const json = (value: unknown) => JSON.stringify(value);

/** libvirt 9 with QEMU 7.2 on q35: JSON devices, a file node below a format node, cache='unsafe'. */
export const libvirtQ35 = [
  '/usr/bin/qemu-system-x86_64',
  ...['-name', 'guest=osp-controller,debug-threads=on', '-S'],
  ...[
    '-object',
    json({ 'qom-type': 'secret', id: 'masterKey0', format: 'raw', file: '/var/lib/libvirt/m.aes' }),
  ],
  ...['-machine', 'pc-q35-7.2,usb=off,vmport=off,dump-guest-core=off,memory-backend=pc.ram,hpet=off,acpi=on'],
  ...['-accel', 'kvm', '-cpu', 'host,migratable=on', '-m', 'size=16777216k'],
  ...['-object', json({ 'qom-type': 'memory-backend-ram', id: 'pc.ram', size: 17179869184 })],
  ...['-overcommit', 'mem-lock=off', '-smp', '4,sockets=4,cores=1,threads=1'],
  ...['-uuid', '5e0a9c44-5c0b-4e4f-9a63-0c6c6e0e5a11', '-no-user-config', '-nodefaults'],
  ...['-device', json({ driver: 'pcie-root-port', port: 16, chassis: 1, id: 'pci.1', bus: 'pcie.0' })],
  ...[
    '-blockdev',
    json({
      driver: 'file',
      filename: '/var/lib/libvirt/images/osp,1.qcow2',
      'node-name': 'libvirt-1-storage',
      cache: { direct: false, 'no-flush': true },
      'auto-read-only': true,
    }),
  ],
  ...[
    '-blockdev',
    json({
      'node-name': 'libvirt-1-format',
      'read-only': false,
      cache: { direct: false, 'no-flush': true },
      driver: 'qcow2',
      file: 'libvirt-1-storage',
    }),
  ],
  ...[
    '-device',
    json({ driver: 'virtio-blk-pci', bus: 'pci.4', drive: 'libvirt-1-format', id: 'virtio-disk0' }),
  ],
  ...['-device', json({ driver: 'ide-cd', bus: 'ide.0', id: 'sata0-0-0' })],
  ...['-netdev', json({ type: 'tap', fd: '24', vhost: true, vhostfd: '26', id: 'hostnet0' })],
  ...[
    '-device',
    json({
      driver: 'virtio-net-pci',
      netdev: 'hostnet0',
      id: 'net0',
      mac: '52:54:00:6B:3C:58',
      bus: 'pci.1',
    }),
  ],
  ...['-chardev', 'pty,id=charserial0', '-device', json({ driver: 'isa-serial', chardev: 'charserial0' })],
];

/** libvirt 4 on i440fx as RHEL 7 starts it: -drive and -device in the older form, IDE and rtl8139. */
export const libvirtOld = [
  '/usr/libexec/qemu-kvm',
  ...['-name', 'guest=rhel7,debug-threads=on', '-machine', 'pc-i440fx-rhel7.0.0,accel=kvm,usb=off'],
  ...['-cpu', 'Haswell-noTSX,vme=on,+vmx', '-m', '4096', '-realtime', 'mlock=off'],
  ...['-smp', '2,maxcpus=4,sockets=4,cores=1,threads=1', '-uuid', '0A9C445E-0B5C-4F4E-639A-0C6C6E0E5A12'],
  ...['-nodefaults', '-device', 'piix3-usb-uhci,id=usb,bus=pci.0,addr=0x1.0x2'],
  ...['-drive', 'file=/images/rhel7.img,format=raw,if=none,id=drive-ide0-0-0,cache=none'],
  ...['-device', 'ide-hd,bus=ide.0,unit=0,drive=drive-ide0-0-0,id=ide0-0-0,bootindex=1,write-cache=on'],
  ...['-drive', 'file=/images/rhel7.iso,format=raw,if=none,id=drive-ide0-1-0,media=cdrom,readonly=on'],
  ...['-device', 'ide-cd,bus=ide.1,unit=0,drive=drive-ide0-1-0,id=ide0-1-0'],
  ...['-netdev', 'tap,fd=25,id=hostnet0', '-device', 'rtl8139,netdev=hostnet0,id=net0,mac=52:54:00:11:22:33'],
];

/** Plain QEMU by hand: KVM if it can, a disk on virtio and a card without an address. */
export const plain = [
  'qemu-system-x86_64',
  ...['-M', 'q35,accel=kvm:tcg', '-m', '2G', '-smp', 'sockets=1,cores=2,threads=2'],
  ...['-drive', 'file=disk.qcow2,if=virtio,cache=writethrough', '-nic', 'user,model=virtio-net-pci'],
];

/** A microvm of an emulated cascade: no DMI, two cards, one of them with an address. */
export const microvm = [
  '/usr/bin/qemu-system-x86_64',
  ...['-M', 'microvm,acpi=on', '-accel', 'kvm', '-cpu', 'host', '-m', '1100', '-smp', '1', '-nodefaults'],
  ...['-name', 'guest2', '-kernel', '/boot/vmlinuz', '-append', 'console=ttyS0 quiet nestwatch.layer=2'],
  ...['-drive', 'id=root,file=/dev/vda,format=raw,if=none,readonly=on,file.locking=off'],
  ...['-device', 'virtio-blk-device,drive=root', '-netdev', 'user,id=n0,net=10.60.1.0/24'],
  ...['-device', 'virtio-net-device,netdev=n0', '-netdev', 'user,id=n1'],
  ...['-device', 'virtio-net-device,netdev=n1,mac=52:54:00:60:01:0f'],
];

/** How libvirtd asks a QEMU what it can do: this is no guest. */
export const libvirtProbe = [
  '/usr/bin/qemu-system-x86_64',
  ...['-S', '-no-user-config', '-nodefaults', '-nographic', '-machine', 'none,accel=kvm:tcg'],
  ...['-qmp', 'unix:/var/lib/libvirt/qemu/qmp.monitor,server=on,wait=off', '-daemonize'],
];

export const cloudHypervisor = [
  '/usr/local/bin/cloud-hypervisor',
  ...['--api-socket', '/run/ch/worker1.sock', '--kernel', './vmlinux', '--cpus', 'boot=4,max=8'],
  ...['--memory', 'size=1024M,hugepages=on', '--disk', 'path=root.raw', 'path=data.raw,direct=on'],
  ...['--net', 'tap=,mac=2e:89:a8:e4:92:00', '--platform', 'uuid=7b1c7d2e-83f4-4f4f-8c8c-9d2d6f5d9a01'],
  ...['--cmdline', 'console=hvc0 root=/dev/vda1 rw'],
];

export const firecracker = [
  '/usr/bin/firecracker',
  ...['--id', 'fn-7', '--api-sock', '/run/fc.sock', '--config-file', '/vm.json'],
];

/** Proxmox VE 9: a throttle on raw on a block device, buses in a file of their own, KVM by the program's name. */
export const proxmox = [
  '/usr/bin/kvm',
  ...['-id', '103', '-name', 'osp-lab,debug-threads=on', '-no-shutdown'],
  ...['-chardev', 'socket,id=qmp,path=/var/run/qemu-server/103.qmp,server=on,wait=off'],
  ...['-mon', 'chardev=qmp,mode=control', '-pidfile', '/var/run/qemu-server/103.pid', '-daemonize'],
  ...['-smbios', 'type=1,uuid=2f9a5f4e-6f0f-4b8e-9c1f-3a7d1b2c4d5e'],
  ...['-smp', '8,sockets=1,cores=8,maxcpus=8', '-nodefaults', '-boot', 'menu=on,strict=on'],
  ...['-vnc', 'unix:/var/run/qemu-server/103.vnc,password=on', '-cpu', 'host,+kvm_pv_eoi,+kvm_pv_unhalt'],
  ...['-m', '20480', '-object', 'iothread,id=iothread-virtioscsi0'],
  ...['-object', json({ id: 'throttle-drive-scsi0', limits: {}, 'qom-type': 'throttle-group' })],
  ...['-readconfig', '/usr/share/qemu-server/pve-q35-4.0.cfg'],
  ...['-device', 'virtio-balloon-pci,id=balloon0,bus=pci.0,addr=0x3,free-page-reporting=on'],
  ...['-blockdev', json({ ...proxmoxDisk('ide2', 'file', '/var/lib/vz/template/iso/x.iso') })],
  ...['-device', 'ide-cd,bus=ide.1,unit=0,drive=drive-ide2,id=ide2,bootindex=101'],
  ...['-device', 'virtio-scsi-pci,id=virtioscsi0,bus=pci.3,addr=0x1,iothread=iothread-virtioscsi0'],
  ...['-blockdev', json({ ...proxmoxDisk('scsi0', 'host_device', '/dev/pve/vm-103-disk-0') })],
  ...['-device', 'scsi-hd,bus=virtioscsi0.0,channel=0,scsi-id=0,lun=0,drive=drive-scsi0,id=scsi0'],
  ...['-netdev', 'type=tap,id=net0,ifname=tap103i0,script=/usr/libexec/qemu-server/pve-bridge,vhost=on'],
  ...['-device', 'virtio-net-pci,mac=BC:24:11:0A:5E:01,netdev=net0,bus=pci.0,addr=0x12,id=net0'],
  ...['-machine', 'type=q35+pve0'],
];

function proxmoxDisk(name: string, driver: string, filename: string) {
  const cache = { direct: true, 'no-flush': false };
  const file = { aio: 'io_uring', cache, driver, filename, 'node-name': `e-${name}` };
  return {
    ...{ driver: 'throttle', 'node-name': `drive-${name}`, 'throttle-group': `throttle-drive-${name}` },
    file: { cache, driver: 'raw', file, 'node-name': `f-${name}` },
  };
}

/** OpenStack Nova under an older libvirt: the table by hand names the UUID too. */
export const nova = [
  '/usr/bin/qemu-system-x86_64',
  ...['-name', 'guest=instance-0000001a,debug-threads=on', '-S'],
  ...['-machine', 'pc-i440fx-bionic,accel=kvm,usb=off,dump-guest-core=off'],
  ...['-cpu', 'Haswell-noTSX,md-clear=on,vmx=on', '-m', '180000', '-overcommit', 'mem-lock=off'],
  ...['-smp', '32,sockets=32,cores=1,threads=1', '-uuid', '77046f18-e107-48e7-939c-57eba163c478'],
  ...[
    '-smbios',
    'type=1,manufacturer=OpenStack Foundation,product=OpenStack Nova,version=14.1.1,serial=5b429103-2856-154f-1caf-5ffb5694cdc3,uuid=77046f18-e107-48e7-939c-57eba163c478,family=Virtual Machine',
  ],
  ...['-no-user-config', '-nodefaults', '-device', 'virtio-scsi-pci,id=scsi0,bus=pci.0,addr=0x4'],
  ...[
    '-drive',
    'file=/var/lib/nova/instances/x/disk,format=raw,if=none,id=drive-scsi0-0-0-0,cache=directsync',
  ],
  ...['-device', 'scsi-hd,bus=scsi0.0,channel=0,scsi-id=0,lun=0,drive=drive-scsi0-0-0-0,id=scsi0-0-0-0'],
  ...['-netdev', 'tap,fd=27,id=hostnet0,vhost=on,vhostfd=28'],
  ...['-device', 'virtio-net-pci,host_mtu=8942,netdev=hostnet0,id=net0,mac=fa:16:3e:a0:bd:a5,bus=pci.0'],
];

/** KubeVirt emulates where a cluster has no KVM; its devices are "non-transitional". */
export const kubevirt = [
  '/usr/libexec/qemu-kvm',
  ...['-name', 'guest=default_vm-ubuntu-1,debug-threads=on', '-S'],
  ...['-machine', 'pc-q35-rhel9.2.0,usb=off,dump-guest-core=off,memory-backend=pc.ram', '-accel', 'tcg'],
  ...['-cpu', 'EPYC,acpi=on,npt=on,nrip-save=off', '-m', '977'],
  ...['-smp', '1,sockets=1,dies=1,cores=1,threads=1', '-uuid', '0e44be5a-ff12-52fb-9413-07b52f3593c3'],
  ...['-smbios', 'type=1,manufacturer=KubeVirt,product=None,uuid=0e44be5a-ff12-52fb-9413-07b52f3593c3'],
  ...['-no-user-config', '-nodefaults'],
  ...[
    '-blockdev',
    json({
      ...{ driver: 'file', filename: '/run/kubevirt/disk.img', 'node-name': 'libvirt-1-storage' },
      cache: { direct: true, 'no-flush': false },
    }),
  ],
  ...['-blockdev', json({ 'node-name': 'libvirt-1-format', driver: 'qcow2', file: 'libvirt-1-storage' })],
  ...[
    '-device',
    json({ driver: 'virtio-blk-pci-non-transitional', drive: 'libvirt-1-format', 'write-cache': 'on' }),
  ],
  ...['-netdev', json({ type: 'tap', fd: '33', id: 'hostua-default' })],
  ...[
    '-device',
    json({ driver: 'virtio-net-pci-non-transitional', netdev: 'hostua-default', mac: '02:00:00:5c:1e:07' }),
  ],
];

/** A newer libvirt leaves the format node out where the disk is a raw device, and honours guest PAT. */
export const libvirtRawDevice = [
  '/usr/bin/qemu-system-x86_64',
  ...['-name', 'guest=haos,debug-threads=on', '-machine', 'pc-i440fx-10.0,usb=off,acpi=on'],
  ...['-accel', 'kvm,honor-guest-pat=on', '-cpu', 'host,migratable=on', '-m', 'size=4194304k'],
  ...['-smp', '2,sockets=1,dies=1,clusters=1,cores=2,threads=1', '-nodefaults'],
  ...[
    '-blockdev',
    json({
      ...{ driver: 'host_device', filename: '/dev/zvol/data/haos', 'node-name': 'libvirt-1-storage' },
      cache: { direct: true, 'no-flush': false },
    }),
  ],
  ...['-device', json({ driver: 'virtio-blk-pci', drive: 'libvirt-1-storage', 'write-cache': 'on' })],
];

/** Incus and LXD tell processors, memory, disks and cards in a file. */
export const incus = [
  '/opt/incus/bin/qemu-system-x86_64',
  ...['-S', '-name', 'trinity', '-uuid', 'f8ad2ff6-8808-4f42-8f0b-9e23acd20f84', '-daemonize'],
  ...['-cpu', 'host,hv_passthrough', '-nographic', '-serial', 'chardev:console', '-nodefaults'],
  ...['-no-user-config', '-readconfig', '/run/incus/trinity/qemu.conf', '-runas', 'incus'],
];

/** A throttle that names the format node below it, which ignores flushes where the storage node does not. */
export const throttled = [
  '/usr/libexec/qemu-kvm',
  ...['-name', 'throttle-vm1', '-M', 'q35', '-accel', 'kvm', '-nodefaults'],
  ...['-blockdev', 'driver=file,cache.direct=on,cache.no-flush=off,filename=/d.qcow2,node-name=storage'],
  ...['-blockdev', 'driver=qcow2,cache.no-flush=on,node-name=format,file=storage'],
  ...['-blockdev', 'driver=throttle,throttle-group=foo,node-name=filter,file=format'],
  ...['-device', 'virtio-blk-pci,drive=filter,id=data'],
];

/** Kata Containers tell Cloud Hypervisor its guest through the API; the jailer starts Firecracker in a folder of its own. */
export const kata = ['/opt/kata/bin/cloud-hypervisor', '--api-socket', '/run/kata/5c3f1e/ch-api.sock'];
export const jailed = [
  '/firecracker',
  ...['--id', 'manual1', '--start-time-us', '4652668169', '--start-time-cpu-us', '7544'],
  ...['--api-sock', 'firecracker.sock'],
];
