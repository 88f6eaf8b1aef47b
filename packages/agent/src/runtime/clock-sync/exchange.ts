/** One question for the time and its answer, as NTP's four time stamps (RFC 5905, section 8). All µs. */
export interface Exchange {
  /** Our monotonic clock when the question left and when the answer came. */
  sentMonoUs: number;
  receivedMonoUs: number;
  /** The collector's clock when the question came and when the answer left. */
  serverReceivedUs: number;
  serverSentUs: number;
  /** Which collector answered. */
  collector: string;
}

/** Of several exchanges the one with the shortest round trip: it says most about the offset. */
export function bestOf(exchanges: readonly Exchange[]): Exchange | undefined {
  return [...exchanges].sort((a, b) => roundTripUs(a) - roundTripUs(b))[0];
}

/** Time between question and answer on our own clock. */
export function roundTripUs({ sentMonoUs, receivedMonoUs }: Exchange): number {
  return receivedMonoUs - sentMonoUs;
}
