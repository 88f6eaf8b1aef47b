/**
 * One colour for each layer on every dashboard, from the palette of Okabe and Ito, which people with any kind of
 * colour blindness can tell apart. Deeper layers than these start again.
 */
export const LAYER_COLOURS = ['#56B4E9', '#009E73', '#E69F00', '#D55E00', '#CC79A7', '#0072B2'];

export const GOOD = '#009E73';
export const WARN = '#E69F00';
export const CRITICAL = '#D55E00';
export const NEUTRAL = '#8E8E8E';

export const EVENT_COLOUR = '#56B4E9';
