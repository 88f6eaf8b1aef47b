/** Kernel modules that the layers load, by file name; the kernel has ext4, tmpfs and the serial port built in. */
export const INITRAMFS_MODULES = ['virtio_ring', 'virtio', 'virtio_mmio', 'virtio_blk'] as const;
export const SYSTEM_MODULES = [
  ...['virtio_console', 'failover', 'net_failover', 'virtio_net'],
  ...['irqbypass', 'kvm', 'kvm-amd', 'kvm-intel', 'cpuid', 'msr'],
] as const;
