/** The model's resolution, and thereby that of recovery times. */
export const TICK_SECONDS = 5;
/** With `detection: averages` a decision every 15 s, with `events` one every 5 s, the live loop's `metrics.interval`. */
export const TICKS_OF_AVERAGES = 3;
export const TICKS_OF_EVENTS = 1;
/** An episode of the default options. */
export const EPISODE_SECONDS = 720;
