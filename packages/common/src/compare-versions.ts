const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/;

/** Whether one version comes after another, by the rules of semantic versioning. What is no version comes after nothing. */
export function isNewer(one: string, other: string): boolean {
  const [a, b] = [VERSION.exec(one), VERSION.exec(other)];
  if (a === null || b === null) return false;
  for (const at of [1, 2, 3]) {
    const difference = Number(a[at]) - Number(b[at]);
    if (difference !== 0) return difference > 0;
  }
  const [early, otherEarly] = [a[4], b[4]];
  // What comes before a release has more behind its number.
  if (early === undefined || otherEarly === undefined) return early === undefined && otherEarly !== undefined;
  return isLater(early.split('.'), otherEarly.split('.'));
}

function isLater(parts: readonly string[], others: readonly string[]): boolean {
  for (const [at, part] of parts.entries()) {
    const other = others[at];
    if (other === undefined) return true;
    if (part === other) continue;
    const [isNumber, isOtherNumber] = [part, other].map((each) => /^\d+$/.test(each));
    if (isNumber && isOtherNumber) return Number(part) > Number(other);
    if (isNumber !== isOtherNumber) return isOtherNumber === true;
    return part > other;
  }
  return false;
}
