import type { ModelVersion, TaskName } from './model';
import type { ReleasePoint } from './release';
import type { Calibration, ScalingPoint } from './scaling';
import type { AgentSnapshot, Change, Delta } from './snapshot';
import type { Training, TrainingPoint, TrainingStatus } from './training';
import { PROTOCOL_VERSION } from './version';
import type { Sample } from './workload';

/** How many journal rows, samples per workload, finished proposals, runs, trainings and points of each a snapshot carries. */
export const KEPT_ROWS = 200;
export const KEPT_SAMPLES = 600;
export const KEPT_PROPOSALS = 50;
export const KEPT_RUNS = 30;
export const KEPT_TRAININGS = 20;
export const KEPT_POINTS = 400;
export const KEPT_CALIBRATIONS = 10;

/** The state before anything is known. */
export function emptySnapshot(agentVersion: string, pid: number): AgentSnapshot {
  return {
    protocolVersion: PROTOCOL_VERSION,
    sequence: 0,
    agentVersion,
    pid,
    clock: { originMs: 0, wallOriginMs: 0, rate: 1 },
    connection: { kind: 'disconnected' },
    mode: 'observe',
    control: { kind: 'running' },
    workloads: [],
    proposals: [],
    faults: [],
    experiments: [],
    runs: [],
    chaosSchedule: { enabled: false, nextAtMs: null, text: '' },
    samples: {},
    scaling: [],
    scalingPoints: {},
    calibrations: [],
    calibrationJobs: [],
    releases: [],
    releasePoints: {},
    activity: [],
    models: [],
    defaultSteering: {},
    trainings: [],
    errors: [],
  };
}

/** The snapshot after one change. Neither argument is modified. */
export function applyChange(snapshot: AgentSnapshot, change: Change): AgentSnapshot {
  switch (change.kind) {
    case 'reset':
      return change.snapshot;
    case 'connection':
      return { ...snapshot, connection: change.connection };
    case 'mode':
      return { ...snapshot, mode: change.mode };
    case 'control':
      return { ...snapshot, control: change.control };
    case 'workload':
      return { ...snapshot, workloads: upsert(snapshot.workloads, change.workload) };
    case 'workload-gone':
      return withoutWorkload(snapshot, change.id);
    case 'proposal':
      return { ...snapshot, proposals: upsert(snapshot.proposals, change.proposal).slice(-KEPT_PROPOSALS) };
    case 'fault':
      return { ...snapshot, faults: upsert(snapshot.faults, change.fault).slice(-KEPT_PROPOSALS) };
    case 'experiments':
      return { ...snapshot, experiments: change.experiments };
    case 'run':
      return { ...snapshot, runs: upsert(snapshot.runs, change.run).slice(-KEPT_RUNS) };
    case 'chaos-schedule':
      return { ...snapshot, chaosSchedule: change.chaosSchedule };
    case 'sample':
      return { ...snapshot, samples: withSample(snapshot.samples, change.sample) };
    case 'scaling':
      return { ...snapshot, scaling: upsert(snapshot.scaling, change.scaling) };
    case 'scaling-gone':
      return withoutScaling(snapshot, change.id);
    case 'scaling-point':
      return { ...snapshot, scalingPoints: withScalingPoint(snapshot.scalingPoints, change.point) };
    case 'calibration':
      return { ...snapshot, calibrations: withCalibration(snapshot.calibrations, change.calibration) };
    case 'calibration-job':
      return {
        ...snapshot,
        calibrationJobs: upsert(snapshot.calibrationJobs, change.job).slice(-KEPT_CALIBRATIONS),
      };
    case 'release':
      return { ...snapshot, releases: upsert(snapshot.releases, change.release) };
    case 'release-gone':
      return withoutRelease(snapshot, change.id);
    case 'release-point':
      return { ...snapshot, releasePoints: withReleasePoint(snapshot.releasePoints, change.point) };
    case 'activity':
      return { ...snapshot, activity: [...snapshot.activity, change.row].slice(-KEPT_ROWS) };
    case 'models':
      return {
        ...snapshot,
        models: withModels(snapshot.models, change.task, change.models),
        defaultSteering: change.defaultSteering
          ? { ...snapshot.defaultSteering, [change.task]: change.defaultSteering }
          : snapshot.defaultSteering,
      };
    case 'training':
      return { ...snapshot, trainings: withTraining(snapshot.trainings, change.training) };
    case 'training-point':
      return { ...snapshot, trainings: snapshot.trainings.map((training) => withPoint(training, change)) };
    case 'error':
      return { ...snapshot, errors: [...snapshot.errors, change.error].slice(-20) };
  }
}

/** The snapshot after a delta, or null where deltas were missed and a new snapshot has to be asked for. */
export function applyDelta(snapshot: AgentSnapshot, delta: Delta): AgentSnapshot | null {
  if (delta.sequence !== snapshot.sequence + 1) return null;
  return { ...delta.changes.reduce(applyChange, snapshot), sequence: delta.sequence };
}

function withoutWorkload(snapshot: AgentSnapshot, id: string): AgentSnapshot {
  const { [id]: _gone, ...samples } = snapshot.samples;
  return {
    ...withoutScaling(snapshot, id),
    samples,
    workloads: snapshot.workloads.filter((workload) => workload.id !== id),
  };
}

function upsert<T extends { id: string }>(items: readonly T[], item: T): T[] {
  const index = items.findIndex((existing) => existing.id === item.id);
  if (index < 0) return [...items, item];
  return items.with(index, item);
}

function withoutScaling(snapshot: AgentSnapshot, id: string): AgentSnapshot {
  const { [id]: _gone, ...scalingPoints } = snapshot.scalingPoints;
  return { ...snapshot, scalingPoints, scaling: snapshot.scaling.filter((scaling) => scaling.id !== id) };
}

function withScalingPoint(
  points: AgentSnapshot['scalingPoints'],
  point: ScalingPoint,
): AgentSnapshot['scalingPoints'] {
  const series = points[point.workloadId] ?? [];
  return { ...points, [point.workloadId]: [...series, point].slice(-KEPT_SAMPLES) };
}

function withoutRelease(snapshot: AgentSnapshot, id: string): AgentSnapshot {
  const { [id]: _gone, ...releasePoints } = snapshot.releasePoints;
  return { ...snapshot, releasePoints, releases: snapshot.releases.filter((release) => release.id !== id) };
}

function withReleasePoint(
  points: AgentSnapshot['releasePoints'],
  point: ReleasePoint,
): AgentSnapshot['releasePoints'] {
  const series = points[point.releaseId] ?? [];
  return { ...points, [point.releaseId]: [...series, point].slice(-KEPT_SAMPLES) };
}

/** A newer one of the same workload or trace takes the place of the older. */
function withCalibration(calibrations: readonly Calibration[], calibration: Calibration): Calibration[] {
  const others = calibrations.filter(({ title }) => title !== calibration.title);
  return [...others, calibration].slice(-KEPT_CALIBRATIONS);
}

function withSample(samples: AgentSnapshot['samples'], sample: Sample): AgentSnapshot['samples'] {
  const series = samples[sample.workloadId] ?? [];
  return { ...samples, [sample.workloadId]: [...series, sample].slice(-KEPT_SAMPLES) };
}

/** Tasks stay in the order of their names, whichever list came first. */
function withModels(models: readonly ModelVersion[], task: TaskName, ofTask: ModelVersion[]): ModelVersion[] {
  const others = models.filter((model) => model.task !== task);
  return [...others, ...ofTask].sort((a, b) => a.task.localeCompare(b.task) || b.version - a.version);
}

function withTraining(trainings: readonly Training[], status: TrainingStatus): Training[] {
  const points = trainings.find(({ id }) => id === status.id)?.points ?? [];
  return upsert(trainings, { ...status, points }).slice(-KEPT_TRAININGS);
}

function withPoint(training: Training, change: Extract<Change, { kind: 'training-point' }>): Training {
  if (training.id !== change.trainingId) return training;
  const { point, stepsPerSecond, etaSeconds } = change;
  return { ...training, stepsPerSecond, etaSeconds, points: thinned([...training.points, point]) };
}

/** Without the point whose neighbours are closest together, so that the curve stays even; its ends stay. */
function thinned(points: TrainingPoint[]): TrainingPoint[] {
  if (points.length <= KEPT_POINTS) return points;
  const stepsAt = (index: number) => points[index]?.steps ?? 0;
  let closest = 1;
  for (let index = 2; index < points.length - 1; index += 1) {
    const gap = stepsAt(index + 1) - stepsAt(index - 1);
    if (gap < stepsAt(closest + 1) - stepsAt(closest - 1)) closest = index;
  }
  return points.toSpliced(closest, 1);
}
