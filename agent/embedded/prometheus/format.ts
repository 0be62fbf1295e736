/** A sample value as Prometheus writes it into JSON and exposition: `NaN`, `+Inf`, `0.1`, `1e-07`. */
export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  // Both languages print the shortest digits that read back the same; Go pads the exponent to two.
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}
