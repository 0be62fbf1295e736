/** What the counters of one pod have said, by the labels that tell them apart. */
export type PodCounters = ReadonlyMap<string, number>;

/**
 * Exact increases of counters between two looks. A counter that has fallen tells that its process has begun anew: all
 * counters of that pod then count from 0. A pod that was made since the last look counts from 0 too; one that is seen
 * for the first time though it is older, and all of them at the first look, have no increase yet. A pod without an
 * answer, for example because one scrape has failed, goes on from what it said last.
 */
export class CounterIncreases {
  readonly #known = new Map<string, Map<string, number>>();
  /** Cluster time of the look before; null before the first. */
  #lookedAtMs: number | null = null;

  /**
   * Takes in a look.
   *
   * @param pods that there are, those without an answer among them
   * @returns the increases of each pod that has answered
   */
  take(
    answers: ReadonlyMap<string, PodCounters>,
    pods: readonly { name: string; uid: string; createdAtMs: number }[],
    nowMs: number,
  ): Map<string, Map<string, number>> {
    const increases = new Map<string, Map<string, number>>();
    for (const { name, uid, createdAtMs } of pods) {
      const answer = answers.get(name);
      if (!answer) continue;
      const key = `${name} ${uid}`;
      const isNew = this.#lookedAtMs !== null && createdAtMs >= this.#lookedAtMs;
      const before = this.#known.get(key) ?? (isNew ? new Map<string, number>() : null);
      increases.set(name, before === null ? new Map() : increased(before, answer));
      this.#known.set(
        key,
        new Map([...(before === null || hasReset(before, answer) ? [] : before), ...answer]),
      );
    }
    this.#forget(pods);
    this.#lookedAtMs = nowMs;
    return increases;
  }

  #forget(pods: readonly { name: string; uid: string }[]): void {
    const there = new Set(pods.map(({ name, uid }) => `${name} ${uid}`));
    for (const key of this.#known.keys()) if (!there.has(key)) this.#known.delete(key);
  }
}

function increased(before: PodCounters, now: PodCounters): Map<string, number> {
  const isReset = hasReset(before, now);
  return new Map(
    [...now].map(([labels, value]) => [labels, isReset ? value : value - (before.get(labels) ?? 0)]),
  );
}

function hasReset(before: PodCounters, now: PodCounters): boolean {
  return [...now].some(([labels, value]) => value < (before.get(labels) ?? 0));
}
