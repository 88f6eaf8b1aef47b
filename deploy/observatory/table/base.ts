/** What the other sets are compared with. */
export const BASE = '6.1';
