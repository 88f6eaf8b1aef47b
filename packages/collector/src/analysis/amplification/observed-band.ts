/** What the observatory counted of one pair of kernels in one layer. */
export interface ObservedBand {
  /** Layer of the machine whose guests exit; its parent is one above. */
  readonly layer: number;
  /** Series of the kernel of its parent, such as "6.1". */
  readonly parent: string;
  /** Series of its own kernel. */
  readonly kernel: string;
  /** Exits at the parent for each exit of its guests: of the cheapest and of the dearest kind of work. */
  readonly low: number;
  readonly high: number;
  /** Exits of its guests in a second from which on what the machine itself does at rest is no twentieth of them. */
  readonly leastExitsPerSecond: number;
}
