/** Whose kernel runs here, and what its version shows. */
export interface KernelIdentity {
  /** `uname -r`. */
  readonly release: string;
  /** Who built it: "debian", "ubuntu", "kernel.org" and so on; "somebody" where nothing tells. */
  readonly distribution: string;
  /** The release of kernel.org that it is, or is based on, such as "6.1.170"; undefined where nothing tells. */
  readonly upstream: string | undefined;
  /** The distribution's own version of it, such as "6.1.170-3"; undefined where it has none. */
  readonly build: string | undefined;
  readonly basis: KernelBasis;
  /** Why its version does not tell everything; empty where it does. */
  readonly reason: string;
}

/**
 * stable: a stable release with little added, so that what its version lacks it lacks. based: a stable release with
 * fixes of the builder's own, so that it may have what its version lacks. backported: the version names only where it
 * began, and tells nothing.
 */
export type KernelBasis = 'stable' | 'based' | 'backported';

/** What a kernel says of itself, and the system around it. */
export interface KernelTexts {
  /** /proc/sys/kernel/osrelease. */
  readonly release: string;
  /** /proc/version. */
  readonly version: string;
  /** /proc/version_signature, which Ubuntu has. */
  readonly signature: string;
  /** ID of os-release. In a container that is not the kernel's: it names only, and decides nothing alone. */
  readonly system: string;
}
