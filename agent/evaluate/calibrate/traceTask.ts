import { basename } from 'node:path';
import { podCapacity } from '../../sim/scale/domain';
import { PaceSettings } from '../../sim/scale/pace';
import type { Trace } from '../../simulate/traceFile';
import { type GivenBounds, traceBounds } from './bounds';
import { defaultHpa } from './currentHpa';
import { assumedFit, TRACE_PEAK_SHARE, type TraceAssumptions } from './fit';
import { lacking } from './history';
import { hoursOf, peakOf, toLoad } from './load';
import type { CalibrationTask } from './runCalibration';

export interface TraceTaskOptions extends GivenBounds, TraceAssumptions {
  id: string;
  path: string;
  trace: Trace;
  violationPrice: number;
}

const LEAST_HOURS = 0.9;
/** A finer one shows what a controller would see. */
const MOST_INTERVAL_SECONDS = 60;

/** A calibration on a file: nothing is known but its load. @throws CoxswainError `usage`, `capability-missing` */
export function traceTask(options: TraceTaskOptions): Omit<CalibrationTask, 'learned' | 'fineTune'> {
  const { id, path, trace, violationPrice, podCapacity: capacity } = options;
  const { minReplicas, maxReplicas, warnings } = traceBounds(options);
  const fit = assumedFit(options);
  const recorded = toLoad(trace.values, trace.intervalSeconds);
  checkLoad(recorded, path);
  const scaling =
    capacity === null ? (TRACE_PEAK_SHARE * maxReplicas * podCapacity(fit.domain)) / peakOf(recorded) : 1;
  const title = basename(path);
  return {
    id,
    workloadId: null,
    title,
    source: { kind: 'trace', text: sourceText(title, hoursOf(recorded), scaling) },
    load: recorded.map((rate) => rate * scaling),
    fit,
    fitErrors: [],
    current: { behaviour: defaultHpa(1), autoscaler: null, warnings: [] },
    deployment: { domain: fit.domain, minReplicas, maxReplicas, guard: PaceSettings.parse({}) },
    target: {
      namespace: 'default',
      name: 'my-workload',
      isKnown: false,
      autoscaler: null,
      minReplicas,
      maxReplicas,
      requestShare: 1,
      setsTolerance: true,
    },
    podPricePerHour: null,
    violationPrice,
    warnings: [...warnings, ...coarseness(trace)],
  };
}

/** What lies between rows is not known, and bursts in it are what scaling is hard for. */
function coarseness({ intervalSeconds }: Trace): string[] {
  if (intervalSeconds <= MOST_INTERVAL_SECONDS) return [];
  const minutes = Number((intervalSeconds / 60).toPrecision(3));
  return [
    `The trace has one row each ${minutes} min, joined by straight lines: a real load varies more, and would be harder for every arm.`,
  ];
}

function checkLoad(load: Float32Array, path: string): void {
  const hours = hoursOf(load);
  if (hours < LEAST_HOURS) {
    throw lacking(
      `The trace ${path} is ${Math.round(60 * hours)} min long; a calibration needs about an hour.`,
      'Give it a longer trace.',
    );
  }
  if (!load.some((rate) => rate > 0)) {
    throw lacking(`The trace ${path} has no load: all its rates are 0.`, 'Give it another trace.');
  }
}

function sourceText(title: string, hours: number, scaling: number): string {
  const length = hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`;
  if (scaling === 1) return `${title}, ${length}, as it was recorded`;
  return `${title}, ${length}, scaled × ${scaling.toPrecision(3)} so that its peak takes ${100 * TRACE_PEAK_SHARE} % of what the most replicas can serve`;
}
