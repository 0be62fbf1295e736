/** The model's resolution. */
export const TICK_SECONDS = 7.5;
/** A decision every 15 s. */
export const TICKS_PER_DECISION = 2;
