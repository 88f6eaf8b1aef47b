const [POINT, ZERO, MILLION] = [46, 48, 1e6];
/** Written digit by digit: fits 32 bits; fractions have nine significant digits in twelve places. */
const [SHORT_BELOW, FRACTION_FROM] = [1e9, 1e-3];
/** Decimal places that tell a double from its neighbours: from 1/64 on, and below as far as 2^-26. */
const [USUAL_PLACES, MOST_PLACES, NEEDS_MORE_BELOW, FEW_BITS_FROM] = [18, 24, 1 / 64, 2 ** -26];

/** Most bytes that one of the functions below writes. */
export const LONGEST_NUMBER = 10 + 1 + MOST_PLACES;
/** What they return for a number that they do not write. */
export const NOT_WRITTEN = -1;

/**
 * Writes a number of the sizes that are frequent, with at most twelve decimal places: all digits of a fraction cost ten
 * times as much as these.
 * @returns where it ends
 */
export function writeShort(bytes: Uint8Array, from: number, value: number): number {
  if (!(value >= 0 && value < SHORT_BELOW)) return NOT_WRITTEN;
  const whole = Math.floor(value);
  if (whole === value) return writeDigits(bytes, from, whole, digitsOf(whole));
  if (value < FRACTION_FROM) return NOT_WRITTEN;
  const millionths = (value - whole) * MILLION;
  const high = Math.floor(millionths);
  const low = Math.round((millionths - high) * MILLION);
  if (low === MILLION) return NOT_WRITTEN;
  let at = writeDigits(bytes, from, whole, digitsOf(whole));
  bytes[at++] = POINT;
  at = writeDigits(bytes, at, high, 6);
  if (low > 0) at = writeDigits(bytes, at, low, 6);
  return withoutZeros(bytes, at);
}

/**
 * The same for a number of at most 18 significant bits, with as many decimal places as it takes, so that it is read as
 * exactly this one.
 * @returns where it ends
 */
export function writeFewBits(bytes: Uint8Array, from: number, value: number): number {
  if (!(value >= FEW_BITS_FROM && value < SHORT_BELOW)) return writeShort(bytes, from, value);
  const whole = Math.floor(value);
  let at = writeDigits(bytes, from, whole, digitsOf(whole));
  let rest = value - whole;
  if (rest === 0) return at;
  bytes[at++] = POINT;
  const places = value < NEEDS_MORE_BELOW ? MOST_PLACES : USUAL_PLACES;
  // Of so few bits, each of these steps is exact.
  for (let place = 0; place < places && rest > 0; place += 6) {
    rest *= MILLION;
    const six = Math.floor(rest);
    at = writeDigits(bytes, at, six, 6);
    rest -= six;
  }
  return withoutZeros(bytes, at);
}

/** How many decimal digits a whole number that is not negative has. */
function digitsOf(whole: number): number {
  let digits = 1;
  for (let bound = 10; whole >= bound; bound *= 10) digits++;
  return digits;
}

function writeDigits(bytes: Uint8Array, from: number, value: number, digits: number): number {
  let left = value | 0;
  for (let at = from + digits - 1; at >= from; at--) {
    const rest = (left / 10) | 0;
    bytes[at] = ZERO + left - rest * 10;
    left = rest;
  }
  return from + digits;
}

/** Where a fraction ends that has zeros at its end. */
function withoutZeros(bytes: Uint8Array, end: number): number {
  let at = end;
  while (bytes[at - 1] === ZERO) at--;
  return bytes[at - 1] === POINT ? at - 1 : at;
}
