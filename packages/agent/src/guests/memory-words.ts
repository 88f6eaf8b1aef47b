/** Words of `balloon` in capability.proto. */
export function balloonWords(reporting: boolean, deflateOnOom: boolean): string {
  return ['balloon', reporting && 'reporting', deflateOnOom && 'deflate-on-oom'].filter(Boolean).join(' ');
}

/** What the memory of a guest may be made of. */
interface Backing {
  readonly shared?: boolean;
  readonly file?: boolean;
  readonly hugetlb?: boolean;
  readonly prealloc?: boolean;
  readonly locked?: boolean;
}

/** Words of `memory_backing` in capability.proto. */
export function backingWords(backing: Backing): string {
  const isAnonymous = !backing.shared && !backing.file && !backing.hugetlb;
  const { shared, file, hugetlb, prealloc, locked } = backing;
  const words = Object.entries({ anonymous: isAnonymous, shared, file, hugetlb, prealloc, locked });
  return words.flatMap(([word, holds]) => (holds ? [word] : [])).join(' ');
}
