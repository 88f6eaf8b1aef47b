/** Orders names with numbers in them by their value: guest10 after guest2. */
export const byName = new Intl.Collator('en', { numeric: true }).compare;
