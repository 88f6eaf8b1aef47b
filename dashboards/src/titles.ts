/** Titles of all dashboards, in the order of their links. */
export const TITLES = ['Lab', 'Benchmarks', 'Compare', 'Overhead', 'Node', 'Pipeline'];

/** Addresses are made of it, so it stays as it is. */
export const uidOf = ({ title }: { readonly title: string }) => `nestwatch-${title.toLowerCase()}`;
