/**
 * Remembers for how long each symptom has been seen, with hysteresis: a symptom starts at evidence ≥ 1 and ends
 * only below `release` (< 1), so that noise around the threshold neither starts the clock over nor keeps it going.
 */
export function confirmer() {
  const sinceMs = new Map<string, number>();
  let lastLookMs = Number.NEGATIVE_INFINITY;
  return {
    /** Begins a look. After a longer gap nothing is known of the time between, and all symptoms start over. */
    look(nowMs: number, maxGapMs: number): void {
      if (nowMs - lastLookMs > maxGapMs) sinceMs.clear();
      lastLookMs = nowMs;
    },
    /** How long the symptom has lasted, ms; null when it is absent. */
    observe(symptom: string, evidence: number, release: number, nowMs: number): number | null {
      const since = sinceMs.get(symptom);
      if (evidence >= 1 || (since !== undefined && evidence >= release)) {
        if (since === undefined) sinceMs.set(symptom, nowMs);
        return nowMs - (since ?? nowMs);
      }
      sinceMs.delete(symptom);
      return null;
    },
    /** Forgets the symptoms of the same kind (`kind/…`) that are not listed, such as those of pods that are gone. */
    keep(symptoms: ReadonlySet<string>): void {
      for (const symptom of sinceMs.keys()) {
        if (symptom.includes('/') && !symptoms.has(symptom)) sinceMs.delete(symptom);
      }
    },
  };
}
