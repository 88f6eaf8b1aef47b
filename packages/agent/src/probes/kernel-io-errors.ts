/**
 * How the kernel words errors of disks and of file systems, by the files that print them. What is reported again by
 * another line that always follows is left out: SCSI's sense data, "lost page write", "open_ctree failed".
 */
const IO_ERRORS: readonly RegExp[] = [
  // block/blk-core.c and blk-mq.c, all kinds of the table blk_errors: "critical medium error, dev sda, sector 1"
  / error, dev [^,]+, sector \d/,
  // fs/buffer.c, mm/page_io.c, drivers/block/loop.c, and whoever says it in these words
  /\bI\/?O errors?\b/i,
  /(?:Read|Write)-error on swap-device|loop: (?:Read|Write) error at byte/,
  // fs/ext4/super.c, and ext2 and ext3
  /EXT[234]-fs (?:error|abort)\b|EXT[234]-fs \([^)]+\): error(?::| in )|[Rr]emounting filesystem read-only/,
  /EXT[234]-fs .*(?:potential data loss|unable to read superblock|[Bb]lock allocation failed)/,
  // fs/jbd2
  /Aborting journal on device|JBD2?: Error -?\d+/,
  // fs/xfs, since 2.6.39 and before
  /XFS \([^)]+\): .*(?:corruption|CRC error|internal error|shutting down|been shut ?down|force_shutdown)/i,
  /XFS \([^)]+\): .*(?:writeback error|error -?\d+ returned|returned error|async write|log mount\S* .*failed)/i,
  /Filesystem "?[^" ]+"?: .*(?:XFS internal error|corruption|shutting down|error \d+ returned)|xfs_force_shutdown\(/i,
  // fs/btrfs
  /BTRFS:? (?:error|critical|alert|emergency) \(device/,
  /BTRFS warning.*(?:csum failed|checksum error|IO failed)|BTRFS.*(?:forced readonly|Transaction aborted)/,
  /btrfs:? (?:csum failed|bdev \S+ errs|.*forced readonly)|BTRFS: bdev \S+ errs|parent transid verify failed/,
  // fs/fat, fs/squashfs, fs/f2fs, fs/reiserfs
  /FAT(?:-fs \([^)]+\))?: (?:error\b|Filesystem error|Filesystem has been set read-only|.*read.* failed)/,
  /SQUASHFS error:|F2FS-fs \([^)]+\): .*corrupt|REISERFS error/,
  // drivers/nvme/host
  /nvme\S*: I\/O .*QID \d+ timeout|nvme\w+: .* @ LBA \d+, /,
  /nvme \S+: (?:controller is down|Device not ready|Removing after probe failure|Disabling device after)/,
  // drivers/scsi, drivers/ata (a CD drive's PACKET fails where no disc is in), drivers/mmc
  /rejecting I\/O to (?:offline|dead) device|Device offlined/,
  /ata\d+(?:\.\d+)?: failed command: (?!PACKET)|mmcblk\d+: error -\d+/,
  // drivers/md, ZFS
  /md\S*: (?:Disk failure on|super_written gets error)|device-mapper: multipath: .*Failing path/,
  /device-mapper: thin: .*switching pool to (?:read-only|fail)|uncorrectable I\/O failure/,
];

/** What reads like one and is none. */
const NONE: readonly RegExp[] = [
  // How many lines were left out; each line that was printed counts.
  /callbacks suppressed/,
  // A floppy drive without a floppy, which most hypervisors give.
  /\berror(?:,| on) dev(?:ice)? fd\d/,
  // A refused discard or zeroing, which the kernel does another way, and what it tries again.
  /(?:operation not supported|nonblocking retry|dm internal retry) error, dev/,
  // A file system that is none of this kind, or whose features or options this kernel does not know.
  /couldn't mount because of unsupported|[Cc]an't find an? |[Uu]nrecognized mount option|open_ctree failed/,
  // Somebody asked for it.
  /User initiated shutdown/,
];

/** Whether this message of the kernel reports an error of a disk or a file system. */
export function tellsOfIoError(message: string): boolean {
  return IO_ERRORS.some((wording) => wording.test(message)) && !NONE.some((none) => none.test(message));
}
