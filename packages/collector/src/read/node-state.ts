/** One node as its newest figures show it. Times are µs since 1970. */
export interface NodeState {
  readonly node: string;
  readonly name: string;
  readonly layer?: number;
  readonly parent?: string;
  /** Time of the newest message. */
  readonly lastSeenUs: number;
  readonly capability?: CapabilityView;
  /** What happened lately, oldest first. */
  readonly events: readonly EventView[];
  /** Mean share of stolen CPU time over the last minutes. */
  readonly stealRatio?: number;
  readonly delivery?: DeliveryView;
}

/** Headline facts now, and whether they were better within the span that is looked back over. */
export interface CapabilityView {
  readonly canHost?: boolean;
  readonly couldHost?: boolean;
  readonly nestedEnabled?: boolean;
  readonly wasNestedEnabled?: boolean;
  readonly kvmDeviceOpens?: boolean;
  readonly didKvmDeviceOpen?: boolean;
  readonly guestsRunning?: number;
  /** False while guests run in it: saving or migrating this machine would break them. */
  readonly snapshotSafe?: boolean;
}

export interface DeliveryView {
  /** Sequence numbers not yet confirmed below the highest seen. */
  readonly gaps?: number;
  /** Lost for good within the span that is looked back over. */
  readonly newlyLost?: number;
  /** Refused within the same span. */
  readonly newlyDead?: number;
}

export interface EventView {
  readonly timeUs: number;
  /** Number of the kind, as in event.proto. */
  readonly kind: number;
  readonly text: string;
  readonly magnitude?: number;
}
