/** A decision is made, and metrics are scraped, every so often; the HPA's own interval. */
export const CONTROL_STEP_SECONDS = 15;
export const STEPS_PER_HOUR = 3600 / CONTROL_STEP_SECONDS;
/** A request that takes longer is violated; a failed one is too. Seed 001's target. */
export const LATENCY_OBJECTIVE_SECONDS = 0.2;
/** The model's limit; the options choose bounds below it. */
export const MOST_REPLICAS = 100;

export function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}
