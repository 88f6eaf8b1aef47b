/** What the figures say to people who choose a kernel for their lab, written by people after each observation. */
export const conclusions: readonly string[] = [];
