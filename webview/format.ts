/** A measured duration: `1.4 s`, `41 s`, `2 min 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A latency: `341 ms`, `1.24 s`. */
export function formatLatency(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** A share of one as a percentage: `0.42 %`, `62 %`. */
export function formatShare(share: number, digits: number): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** With sign and a real minus: `+0.52`, `−0.06`. */
export function formatSigned(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== '0.00' ? `−${text}` : `+${text}`;
}
