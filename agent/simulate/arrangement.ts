import { SIMULATION_PREFIX, type SimulationRequest } from '../embedded/control/controlApi';
import { SCALED_APP } from '../embedded/demo/scaledApp';

/** Who scales the app: its HPA alone, or the learned scaler, with the HPA as its net. */
export const ARRANGEMENTS = ['hpa', 'learned'] as const;
export type Arrangement = (typeof ARRANGEMENTS)[number];

export const SIMULATIONS = ['hpa', 'learned', 'side-by-side', 'rehearsal'] as const;
export type SimulationName = (typeof SIMULATIONS)[number];

export const ARRANGEMENT_TITLES: Readonly<Record<Arrangement, string>> = {
  hpa: 'HPA alone',
  learned: 'learned scaler',
};

export const APP_NAME = SCALED_APP.name;
export const HPA = { minReplicas: 2, maxReplicas: 15, targetUtilisation: 70 } as const;
export const SLO_SECONDS = 0.2;
/** So that there are requests to measure before the load begins, also where it begins with none. */
const LEAST_WARM_UP_RATE = 20;

export function arrangementsOf(simulation: SimulationName): readonly Arrangement[] {
  return simulation === 'hpa' || simulation === 'learned' ? [simulation] : ARRANGEMENTS;
}

export function namespaceOf(arrangement: Arrangement): string {
  return `${SIMULATION_PREFIX}${arrangement}`;
}

/**
 * The same app with the same HPA for each.
 *
 * @param firstRate requests per second with which its load will begin: it warms up to it
 * @param keepSeconds after which it goes by itself, cluster time
 */
export function simulationRequest(
  arrangement: Arrangement,
  { firstRate, keepSeconds }: { firstRate: number; keepSeconds: number },
): SimulationRequest {
  const requestsPerSecond = Math.max(LEAST_WARM_UP_RATE, firstRate);
  return {
    namespace: namespaceOf(arrangement),
    app: {
      ...SCALED_APP,
      load: { kind: 'constant', requestsPerSecond, noise: 0, startAfterSeconds: 0 },
      hpa: HPA,
    },
    sloSeconds: SLO_SECONDS,
    keepSeconds,
  };
}
