import { describe, expect, it } from 'vitest';
import { approximateCounts, type Fleet, hasWantedCounts, wantedCounts } from './replicaCounts';
import { RolloutSpec } from './rolloutSpec';
import { RolloutStatus } from './rolloutStatus';
import type { Version } from './version';

function version(name: string, wanted: number, available = wanted): Version {
  const counts = { wanted, created: wanted, ready: available, available };
  return { name, hash: name, revision: 1, createdAtMs: 0, deadlineMs: null, desired: wanted, ...counts };
}

interface Case {
  replicas: number;
  weight: number;
  latest?: number;
  stable?: number;
  maxUnavailable?: string | number;
  maxSurge?: string | number;
  canary?: Record<string, unknown>;
}

function fleet({
  replicas,
  weight,
  latest = 0,
  stable = 0,
  maxUnavailable = 1,
  maxSurge = 1,
  canary = {},
}: Case): Fleet {
  const steps = [{ setWeight: weight }, { pause: {} }];
  return {
    spec: RolloutSpec.parse({
      replicas,
      strategy: { canary: { maxUnavailable, maxSurge, steps, ...canary } },
    }),
    status: RolloutStatus.parse({ stableRS: 'stable', currentPodHash: 'latest', currentStepIndex: 0 }),
    latest: version('latest', latest),
    stable: version('stable', stable),
    others: [],
  };
}

/**
 * replicas, weight, surge, unavailable, the canary's wanted and available pods, those of stable → canary, stable.
 * Source: the cases of `TestCalculateReplicaCountsForCanary` in utils/replicaset/canary_test.go of Argo Rollouts.
 */
const BASIC: [
  replicas: number,
  weight: number,
  maxSurge: string | number,
  maxUnavailable: string | number,
  wantedCanary: number,
  availableCanary: number,
  wantedStable: number,
  availableStable: number,
  latest: number,
  stable: number,
][] = [
  [10, 100, 3, 0, 6, 3, 7, 8, 6, 7],
  [10, 20, 2, 0, 0, 0, 10, 10, 2, 10],
  [10, 20, '20%', 0, 0, 0, 10, 10, 2, 10],
  [10, 20, '20%', 0, 2, 2, 10, 10, 2, 8],
  [10, 30, 2, 0, 0, 0, 10, 10, 2, 10],
  [10, 20, 0, 2, 0, 0, 10, 10, 0, 8],
  [10, 20, 0, '20%', 0, 0, 10, 10, 0, 8],
  [10, 30, 0, 2, 0, 0, 10, 10, 0, 8],
  [10, 50, 2, 1, 0, 0, 10, 10, 2, 9],
  [10, 0, 1, 1, 1, 1, 10, 10, 0, 10],
  [10, 100, 1, 1, 10, 10, 1, 1, 10, 0],
  [1, 20, 1, 0, 0, 0, 1, 1, 1, 1],
  [1, 90, 1, 0, 0, 0, 1, 1, 1, 1],
  [1, 49, 0, 1, 0, 0, 1, 1, 0, 1],
  [1, 51, 0, 1, 0, 0, 1, 1, 0, 0],
  [1, 51, 0, 1, 0, 0, 0, 0, 1, 0],
  [10, 30, 0, 3, 4, 4, 8, 5, 3, 7],
  [10, 100, 1, 0, 10, 8, 10, 2, 9, 2],
  [10, 5, 0, 1, 0, 0, 10, 10, 0, 9],
  [10, 5, 0, 1, 0, 0, 9, 9, 1, 9],
  [10, 10, '0%', '0%', 0, 0, 10, 10, 0, 9],
  [4, 100, 1, 0, 0, 0, 4, 1, 1, 4],
  [3, 99, 0, 2, 0, 0, 3, 3, 0, 1],
  [3, 99, 0, 2, 0, 0, 1, 1, 2, 1],
  [4, 0, 1, 0, 4, 4, 0, 0, 4, 1],
  [4, 0, 1, 0, 4, 4, 1, 0, 4, 1],
  [4, 0, 1, 0, 4, 4, 1, 1, 3, 1],
];

describe('the pods of a Rollout without a router', () => {
  it.each(BASIC)('%i at %i %%, surge %s, unavailable %s, of %i/%i and %i/%i', (...row) => {
    const [replicas, weight, maxSurge, maxUnavailable, wanted, available, stableWanted, stableAvailable] =
      row;
    const [latest, stable] = row.slice(-2);
    const given = fleet({ replicas, weight, maxSurge, maxUnavailable });
    const versions = {
      latest: version('latest', wanted, available),
      stable: version('stable', stableWanted, stableAvailable),
    };
    expect(wantedCounts({ ...given, ...versions }, null)).toEqual({ latest, stable });
  });

  it.each([
    // replicas, weight, maxSurge → canary, stable
    [10, 5, 0, 1, 9],
    [4, 25, 1, 1, 3],
    [3, 50, 0, 2, 1],
    [3, 50, 1, 2, 2],
    [1, 50, 0, 1, 0],
    [5, 0, 1, 0, 5],
    [5, 100, 1, 5, 0],
    [0, 50, 1, 0, 0],
  ])(
    '%i pods at %i %% with surge %i are nearest to %i and %i',
    (replicas, weight, maxSurge, latest, stable) => {
      expect(approximateCounts(replicas, weight, 100, maxSurge)).toEqual({ latest, stable });
    },
  );
});

const weights = (canary: number) => ({
  canary: { weight: canary, podTemplateHash: '', serviceName: '' },
  stable: { weight: 100 - canary, podTemplateHash: '', serviceName: '' },
});

/** Source: docs/features/canary and docs/features/traffic-management of Argo Rollouts. */
const ROUTED: [
  name: string,
  canary: Record<string, unknown>,
  weight: number,
  latest: number,
  stable: number,
][] = [
  ['leaves stable as it is', {}, 20, 1, 5],
  ['rounds up', {}, 21, 2, 5],
  ['takes from stable what the router no longer sends', { dynamicStableScale: true }, 40, 2, 3],
  ['keeps at least some pods of each', { dynamicStableScale: true, minPodsPerReplicaSet: 2 }, 20, 2, 4],
  ['heeds a scale of its own', { steps: [{ setCanaryScale: { replicas: 3 } }] }, 20, 3, 5],
  ['heeds a scale in percent', { steps: [{ setCanaryScale: { weight: 60 } }] }, 20, 3, 5],
];

describe('the pods of a Rollout with a router', () => {
  it.each(ROUTED)('%s', (_, canary, weight, latest, stable) => {
    const given = fleet({
      replicas: 5,
      weight,
      latest: 0,
      stable: 5,
      canary: { trafficRouting: {}, ...canary },
    });
    expect(wantedCounts(given, weights(weight))).toEqual({ latest, stable });
  });

  it('are there when the canary has its own, whatever else is left', () => {
    const given = fleet({ replicas: 5, weight: 20, latest: 1, stable: 5, canary: { trafficRouting: {} } });
    expect(hasWantedCounts({ ...given, others: [version('old', 2)] }, weights(20))).toBe(true);
    expect(hasWantedCounts({ ...given, latest: version('latest', 1, 0) }, weights(20))).toBe(false);
    const basic = fleet({ replicas: 5, weight: 20, latest: 1, stable: 4 });
    expect(hasWantedCounts({ ...basic, others: [version('old', 2)] }, null)).toBe(false);
  });
});
