import { type TraceTaskOptions, traceTask } from '../traceTask';

/** Three hours in minutes with a rise and a fall each half hour, 5 to 45 requests per second. */
export const WAVES = {
  values: Array.from({ length: 181 }, (_, minute) => 25 - 20 * Math.cos((2 * Math.PI * minute) / 30)),
  intervalSeconds: 60,
};

/** Few settings are looked at, so that it takes a second. */
export const SMALL_BUDGET = { initial: 2, perPrice: 1, judgeSeeds: 10 };

/** A calibration on that load. */
export function aTraceTask(changes: Partial<TraceTaskOptions> = {}) {
  return traceTask({
    id: 'c1',
    path: '/traces/waves.csv',
    trace: WAVES,
    violationPrice: 20,
    podCapacity: null,
    serviceSeconds: null,
    startupSeconds: null,
    ...changes,
  });
}
