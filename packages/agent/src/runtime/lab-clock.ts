/** What the agent knows of the collector's clock and of its own layer position. */
export interface LabClock {
  /**
   * The collector's time at a moment of this machine's monotonic clock, µs since 1970, and how many collector
   * seconds pass in one of ours. Undefined until the two have been compared.
   */
  estimate(monoUs: number): { labUs: number; rate: number } | undefined;
  /** Depth and parent, configured or told by the collector; no layer until known. */
  position(): { layer?: number; parent: string };
}
