/** A number for people: so many digits of it, with a minus sign. */
export function formatNumber(value: number | undefined, digits = 3): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞';
  const text = Math.abs(value) >= 10 ** digits ? value.toFixed(0) : value.toPrecision(digits);
  return withMinus(String(Number(text)));
}

/** With so many places after the point, so that columns are easy to compare. */
export function formatFixed(value: number, places: number): string {
  return withMinus(value.toFixed(places));
}

export function formatPercent(share: number, places = 0): string {
  return `${(100 * share).toFixed(places)} %`;
}

function withMinus(text: string): string {
  return text.replace('-', '−');
}
