import type { HealFacts, PodFacts } from '../facts';

/**
 * Tells a crash that a new pod cures from one that it would repeat. Where the cause is in the revision (its image, its
 * configuration) or around it, restarting is futile: every pod of the revision crashes, or one that was made after
 * another had crashed crashes as well. What is known so is kept until the revision's pods have stopped to crash.
 */
export class Futility {
  /** By template hash: when a pod of it was first seen crashing. */
  readonly #crashedAtMs = new Map<string, number>();
  readonly #repeats = new Set<string>();

  /** Takes in one look. */
  look({ pods }: HealFacts, nowMs: number): void {
    const crashing = pods.filter(isCrashing);
    const revisions = new Set(crashing.map(revisionOf));
    for (const revision of this.#crashedAtMs.keys()) {
      if (revisions.has(revision) || pods.some((pod) => revisionOf(pod) === revision && !isSettled(pod)))
        continue;
      this.#crashedAtMs.delete(revision);
      this.#repeats.delete(revision);
    }
    for (const pod of crashing) {
      const firstMs = this.#crashedAtMs.get(revisionOf(pod));
      if (firstMs === undefined) this.#crashedAtMs.set(revisionOf(pod), nowMs);
      else if (pod.createdAtMs > firstMs) this.#repeats.add(revisionOf(pod));
    }
  }

  /** Why restarting this pod that crashes would help nothing, and what would; null where it may help. */
  whyFutile(pod: PodFacts, facts: HealFacts): string | null {
    const { condition } = pod;
    if (condition.kind !== 'crashing') return null;
    const remedy = remedyFor(pod, facts);
    if (condition.blocked) {
      const said = pod.warning === null ? '' : ` (${pod.warning})`;
      return `pod ${pod.name} cannot start: ${condition.reason}${said}; restarting is futile, ${remedy}`;
    }
    const same = facts.pods.filter((other) => revisionOf(other) === revisionOf(pod));
    if (same.length > 1 && same.every(isCrashing)) {
      return `all ${same.length} pods of this revision crash (${condition.reason}): restarting is futile, ${remedy}`;
    }
    if (!this.#repeats.has(revisionOf(pod))) return null;
    return `new pods of this revision crash too, pod ${pod.name} last (${condition.reason}): restarting is futile, ${remedy}`;
  }
}

/** A revision that never worked beside one that does is to be taken back. */
function remedyFor(pod: PodFacts, { pods, workload }: HealFacts): string {
  const serves = (other: PodFacts) => other.condition.kind === 'serving';
  const others = pods.filter((other) => revisionOf(other) !== revisionOf(pod) && serves(other));
  const own = pods.filter((other) => revisionOf(other) === revisionOf(pod) && serves(other));
  const { name, namespace } = workload.ref;
  return others.length > 0 && own.length === 0
    ? `roll back to the revision of the ${others.length} pods that serve (kubectl -n ${namespace} rollout undo deployment/${name})`
    : 'check the configuration or roll back';
}

function isCrashing(pod: PodFacts): boolean {
  return pod.condition.kind === 'crashing';
}

/** It has stopped to crash, and not only for the moment in which it starts anew. */
function isSettled({ condition, warming }: PodFacts): boolean {
  return condition.kind === 'terminating' || (condition.kind === 'serving' && !warming);
}

function revisionOf({ templateHash }: PodFacts): string {
  return templateHash ?? '';
}
