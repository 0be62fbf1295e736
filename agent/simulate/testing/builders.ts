import { DEFAULT_CONFIG } from '../../config/schema';
import type { SimulationRecord } from '../../embedded/control/controlApi';
import { ARRANGEMENT_TITLES, type Arrangement } from '../arrangement';
import { type Outcome, outcomeOf } from '../outcome';
import type { SimulationResult } from '../report';

/** An hour with 4 pods of 200m and 192Mi at half their CPU, and 1000 of a million requests late. */
export function aRecord(overrides: Partial<SimulationRecord> = {}): SimulationRecord {
  const podSeconds = 4 * 3600;
  return {
    namespace: 'coxswain-sim-hpa',
    seconds: 3600,
    replicas: 4,
    readyReplicas: 4,
    requests: 1_000_000,
    violated: 1000,
    latencyP95Seconds: 0.12,
    podSeconds,
    cpuSeconds: podSeconds * 0.1,
    requestedCoreSeconds: podSeconds * 0.2,
    requestedMemoryByteSeconds: podSeconds * 192 * 2 ** 20,
    scalingActions: 6,
    points: [0, 1, 2, 3].map((index) => ({
      seconds: 15 * (index + 1),
      requestsPerSecond: 100 * index,
      demandPods: index,
      replicas: index + 1,
      readyReplicas: index + 1,
      violatedShare: index === 3 ? 0.05 : 0,
    })),
    ...overrides,
  };
}

export function anOutcome(
  arrangement: Arrangement,
  record: Partial<SimulationRecord> = {},
  notes: string[] = [],
): Outcome {
  const title = ARRANGEMENT_TITLES[arrangement];
  return outcomeOf({ arrangement, title, notes }, aRecord(record), DEFAULT_CONFIG);
}

export function aResult(overrides: Partial<SimulationResult> = {}): SimulationResult {
  return {
    simulation: 'side-by-side',
    load: 'spike (30s:50)',
    seconds: 120,
    rate: 60,
    seed: 1,
    currency: 'USD',
    violationPrice: 20,
    outcomes: [anOutcome('hpa'), anOutcome('learned', { violated: 100 }, ['It was <new>.'])],
    verdict: 'The learned scaler was better.',
    checks: [],
    warnings: [],
    ...overrides,
  };
}
