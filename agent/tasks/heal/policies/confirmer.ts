/**
 * Remembers for how long each symptom has been seen, with hysteresis: a symptom starts at evidence ≥ 1 and ends
 * only below `release` (< 1), so that noise around the threshold neither starts the clock over nor keeps it going.
 */
export function confirmer() {
  const sinceMs = new Map<string, number>();
  return {
    /** How long the symptom has lasted, ms; 0 when it is absent or has just begun. */
    observe(symptom: string, evidence: number, release: number, nowMs: number): number {
      const since = sinceMs.get(symptom);
      if (evidence >= 1 || (since !== undefined && evidence >= release)) {
        if (since === undefined) sinceMs.set(symptom, nowMs);
        return nowMs - (since ?? nowMs);
      }
      sinceMs.delete(symptom);
      return 0;
    },
    /** Forgets the symptoms of the same kind (`kind/…`) that are not listed, such as those of pods that are gone. */
    keep(symptoms: ReadonlySet<string>): void {
      for (const symptom of sinceMs.keys()) {
        if (symptom.includes('/') && !symptoms.has(symptom)) sinceMs.delete(symptom);
      }
    },
  };
}
