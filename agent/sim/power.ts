/**
 * base^exponent for a base > 0, or a base of 0 and an exponent > 0. Math.pow and `**` round differently in different versions of V8 –
 * Node 20 and 24 disagree in the last bit of one result in ten –, Math.exp and Math.log do not.
 */
export function power(base: number, exponent: number): number {
  return Math.exp(exponent * Math.log(base));
}
