const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long something is ago or lasts, in its largest unit: `2 s`, `3 min`, `5 h`, `2 d`. */
export function formatAge(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < 2 * MINUTE_MS) return `${Math.floor(whole / 1000)} s`;
  if (whole < 2 * HOUR_MS) return `${Math.floor(whole / MINUTE_MS)} min`;
  if (whole < 48 * HOUR_MS) return `${Math.floor(whole / HOUR_MS)} h`;
  return `${Math.floor(whole / (24 * HOUR_MS))} d`;
}

/** Time left: `0:48`, `12:05`. Rounded up, so that 0:00 means over. */
export function formatCountdown(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Time of day in this machine's time zone: `12:04:31`. By hand: the first Intl format costs 40 ms at activation. */
export function formatTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** A whole number with its thousands apart: `1,500,000`. By hand for the same reason. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A mean return with three significant digits and a real minus: `−12.4`, `0.0312`. */
export function formatScore(value: number): string {
  const text =
    Math.abs(value) >= 1000 ? formatCount(Math.abs(value)) : String(Number(Math.abs(value).toPrecision(3)));
  return value < 0 ? `−${text}` : text;
}

/** The first letter upper case. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With a full stop, unless it ends with one or its like: for texts of several origins in one message. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
