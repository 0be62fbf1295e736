/** For how long a symptom has been seen, and how well that is founded. */
export interface Lasting {
  ms: number;
  /** In how many sets of samples: one that is looked at twice is still one. */
  samples: number;
}

/** Which samples a symptom was seen in. */
export interface Samples {
  /** When the newest was taken; null where the symptom does not come from samples. */
  atMs: number | null;
  /** How far two have to be apart to be two. */
  apartMs: number;
}

/** What the API server tells is as it is told. */
export const NO_SAMPLES: Samples = { atMs: null, apartMs: 0 };

/**
 * Remembers for how long each symptom has been seen, with hysteresis: a symptom starts at evidence ≥ 1 and ends
 * only below `release` (< 1), so that noise around the threshold neither starts the clock over nor keeps it going.
 */
export function confirmer() {
  const known = new Map<string, { sinceMs: number; samples: number; sampledAtMs: number | null }>();
  let lastLookMs = Number.NEGATIVE_INFINITY;
  return {
    /** Begins a look. After a longer gap nothing is known of the time between, and all symptoms start over. */
    look(nowMs: number, maxGapMs: number): void {
      if (nowMs - lastLookMs > maxGapMs) known.clear();
      lastLookMs = nowMs;
    },
    /** How long the symptom has lasted; null when it is absent. */
    observe(
      symptom: string,
      evidence: number,
      release: number,
      nowMs: number,
      { atMs, apartMs }: Samples = NO_SAMPLES,
    ): Lasting | null {
      const before = known.get(symptom);
      if (evidence < (before ? release : 1)) {
        known.delete(symptom);
        return null;
      }
      const lasting = before ?? { sinceMs: nowMs, samples: 1, sampledAtMs: atMs };
      if (before && atMs !== null && atMs - (before.sampledAtMs ?? Number.NEGATIVE_INFINITY) >= apartMs) {
        lasting.samples += 1;
        lasting.sampledAtMs = atMs;
      }
      known.set(symptom, lasting);
      return { ms: nowMs - lasting.sinceMs, samples: lasting.samples };
    },
    /** Forgets the symptoms of the same kind (`kind/…`) that are not listed, such as those of pods that are gone. */
    keep(symptoms: ReadonlySet<string>): void {
      for (const symptom of known.keys()) {
        if (symptom.includes('/') && !symptoms.has(symptom)) known.delete(symptom);
      }
    },
  };
}
