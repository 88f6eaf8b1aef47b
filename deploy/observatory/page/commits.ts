/** A change of the kernel that explains a difference of the table. */
interface LikelyCommit {
  /** Short id in the kernel's own tree. */
  readonly commit: string;
  /** As its author calls it. */
  readonly subject: string;
  /** First version that has it, and where it was taken back to. */
  readonly since: string;
  /** What of the counts it explains. */
  readonly explains: string;
}

/** Those that are known; for other changes of the table no commit is known. */
export const LIKELY_COMMITS: readonly LikelyCommit[] = [
  {
    commit: 'e79b91bb3c91',
    subject: 'KVM: SVM: use vmsave/vmload for saving/restoring additional host state',
    since: '5.12',
    explains:
      'one VMLOAD more for each exit of a guest of a guest than with 5.10: the host loads its own state by it',
  },
  {
    commit: 'fb71c7959356',
    subject: "KVM: x86: Snapshot the host's DEBUGCTL in common x86",
    since: '6.14, and 6.1 and 6.12 by stable releases of 2025',
    explains:
      'one MSR more (0x1d9) for each exit of a guest of a guest: the host reads DEBUGCTL before each entry',
  },
  {
    commit: '9213aa4784cf',
    subject: 'sched: Default enable HRTICK when deferred rearming is enabled',
    since: '7.1',
    explains:
      'likely why kernels of 7.2 and 7.3 set their timer (MSR 0x6e0) several times as often: without it, hosts that are up have a quarter fewer timer interrupts; while a guest boots, it cannot be switched off',
  },
];
