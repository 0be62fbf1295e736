import type { Destination, WeightedDestination } from './resolution';

export interface Share<Pod, Where extends Destination = WeightedDestination> {
  destination: Where;
  /** Ready ones; empty where requests that go there fail. */
  pods: readonly Pod[];
  /** 0…1 of the requests; all shares together are 1. */
  share: number;
}

/** How requests are split, once it is known which destinations have pods. */
export function sharesOf<Pod>(
  destinations: readonly WeightedDestination[],
  podsOf: (destination: Destination) => readonly Pod[],
): Share<Pod>[] {
  const all = destinations.map((destination) => ({
    destination,
    pods: destination.problem ? [] : podsOf(destination),
  }));
  const left = all.filter(({ destination, pods }) => !destination.optional || pods.length > 0);
  const total = left.reduce((sum, { destination }) => sum + destination.weight, 0);
  // Where all that is left has weight 0, the first takes over: the main version for a canary without pods.
  return left
    .map((each, index) => ({
      ...each,
      share: total > 0 ? each.destination.weight / total : Number(index === 0),
    }))
    .filter(({ share }) => share > 0);
}

/** The one that a number in [0, 1) falls on. */
export function drawShare<Pod>(shares: readonly Share<Pod>[], uniform: number): Share<Pod> | undefined {
  let rest = uniform;
  for (const each of shares) {
    rest -= each.share;
    if (rest < 0) return each;
  }
  return shares.at(-1);
}
