import type { Autoscaler } from '../../cluster/snapshot';
import type { Config } from '../../config/schema';
import { CoxswainError } from '../../protocol';
import { rulesBeforeHandover } from '../../safety/handover/rulesBefore';
import { MOST_REPLICAS } from '../../sim/scale/units';

export interface Bounds {
  minReplicas: number;
  maxReplicas: number;
  warnings: readonly string[];
}

export interface GivenBounds {
  minReplicas?: number | undefined;
  maxReplicas?: number | undefined;
}

const TRACE_BOUNDS = { minReplicas: 2, maxReplicas: 30 } as const;

/** @throws CoxswainError `usage` where there is nothing between them */
export function traceBounds(given: GivenBounds): Bounds {
  return checked(
    given.minReplicas ??
      Math.min(TRACE_BOUNDS.minReplicas, (given.maxReplicas ?? Number.POSITIVE_INFINITY) - 1),
    given.maxReplicas ?? Math.max(TRACE_BOUNDS.maxReplicas, 2 * (given.minReplicas ?? 0)),
    [],
  );
}

/** Without an HPA, room for three times of what there was at most. */
const ROOM = 3;
const LEAST_ROOM = 10;

/**
 * By option, else what the scaler itself would keep to: the autoscaler's bounds within those of the config.
 *
 * @param mostPods that were recorded
 * @throws CoxswainError `usage`
 */
export function workloadBounds(
  given: GivenBounds,
  autoscaler: Autoscaler | null,
  scale: Pick<Config['scale'], 'minReplicas' | 'maxReplicas'>,
  mostPods: number,
): Bounds {
  const free = Math.max(LEAST_ROOM, ROOM * mostPods);
  const min = Math.max(1, scale.minReplicas, autoscaler ? rulesBeforeHandover(autoscaler).minReplicas : 1);
  const max = Math.min(scale.maxReplicas, autoscaler?.maxReplicas ?? free);
  const isGuess = autoscaler === null && given.maxReplicas === undefined && max === free;
  const warnings = isGuess
    ? [`No HPA says how many pods there may be: up to ${max} are taken to be, see --max-replicas.`]
    : [];
  return checked(given.minReplicas ?? min, given.maxReplicas ?? max, warnings);
}

function checked(minReplicas: number, maxReplicas: number, warnings: readonly string[]): Bounds {
  const limit = Math.min(maxReplicas, MOST_REPLICAS);
  if (minReplicas >= limit || minReplicas < 1) {
    throw new CoxswainError(
      'usage',
      `There is nothing to scale between ${minReplicas} and ${limit} replicas.`,
      `Let the fewest be at least 1 and below the most, with --min-replicas and --max-replicas; the simulator has room for ${MOST_REPLICAS}.`,
    );
  }
  const cut =
    limit < maxReplicas
      ? [`The simulator has room for ${MOST_REPLICAS} pods; ${maxReplicas} are allowed.`]
      : [];
  return { minReplicas, maxReplicas: limit, warnings: [...warnings, ...cut] };
}
