/**
 * Whether a CPU model of QEMU lets its guest run guests: `-cpu host` has what the node has, others have vmx or svm only
 * where it is named.
 */
export function givesVirtualization(model: string): boolean {
  const [name = '', ...features] = model.split(',');
  const off = features.some((feature) => /^(-(vmx|svm)|(vmx|svm)=off)$/.test(feature));
  const on = features.some((feature) => /^(\+(vmx|svm)|(vmx|svm)(=on)?)$/.test(feature));
  return !off && (on || name === 'host' || name === 'max');
}
