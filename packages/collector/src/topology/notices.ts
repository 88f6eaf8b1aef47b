/** Time after which the same is reported again. */
const REPEAT_US = 3600e6;
/** A hostile node may invent new things to report: at most this many per lab in that time. */
const MOST_OF_LAB = 100;
const MOST_LABS = 1000;

/** Decides what is worth an event: each thing once, and of no lab too many. */
export function createNotices() {
  const labs = new Map<string, Map<string, number>>();
  /** @param key what to report. @returns false when it was reported already, or too much was */
  return (lab: string, key: string, nowUs: number): boolean => {
    const told = labs.get(lab) ?? new Map<string, number>();
    for (const [each, atUs] of told) if (nowUs - atUs >= REPEAT_US) told.delete(each);
    if (told.has(key)) {
      // It goes on, so that it is told again only after it was over.
      told.set(key, nowUs);
      return false;
    }
    if (told.size >= MOST_OF_LAB || (labs.size >= MOST_LABS && !labs.has(lab))) return false;
    told.set(key, nowUs);
    labs.set(lab, told);
    return true;
  };
}
