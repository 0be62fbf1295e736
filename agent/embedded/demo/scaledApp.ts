import type { DemoWorkload } from './app';

export const SCALED_NAMESPACE = 'web';

/** A pod of it serves so many requests per second at full CPU. */
export const SCALED_POD_RATE = 100;

/**
 * Needs two pods in its quiet hours and ten in its busiest: 100 requests per second are a pod at full CPU. How it is
 * made; its load and its HPA are the user's.
 */
export const SCALED_APP = {
  name: 'frontend',
  replicas: 2,
  cpuLimit: '200m',
  memoryLimit: '192Mi',
  model: { cpuSecondsPerRequest: 0.2 / SCALED_POD_RATE, memoryBaseBytes: 64 * 2 ** 20, startupSeconds: 10 },
  minAvailable: 1,
} as const satisfies Partial<DemoWorkload>;

/** Two working days within an hour, with a rush hour each and a peak of a few minutes in between. */
export const SCALED_WORKLOAD: DemoWorkload = {
  ...SCALED_APP,
  load: {
    kind: 'trace',
    // A point each two minutes.
    values: [
      100, 100, 110, 140, 200, 300, 420, 500, 520, 480, 420, 400, 780, 800, 420, 360, 300, 240, 180, 140, 110,
      100, 100, 120, 180, 320, 480, 560, 500, 300,
    ],
    intervalSeconds: 120,
    noise: 0.05,
    startAfterSeconds: 30,
  },
  hpa: { minReplicas: 2, maxReplicas: 12, targetUtilisation: 70 },
};
