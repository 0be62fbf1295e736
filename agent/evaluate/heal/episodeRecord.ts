import * as z from 'zod';
import { FAULT_NAMES, FAULTS, type FaultName, NO_FAULT } from '../../sim/heal/faults';

/** What ends a fault: `agent` where an action helps, `time` where none does, `none` where there is no fault. */
export const Remedy = z.enum(['agent', 'time', 'none']);
export type Remedy = z.output<typeof Remedy>;

/** One episode as one arm played it, by the truth of the simulation. Times are seconds from the fault's onset. */
export const EpisodeRecord = z.strictObject({
  seed: z.number().int().min(0),
  /** Null in an episode without one. */
  fault: z.enum(FAULT_NAMES).nullable(),
  remedy: Remedy,
  /** When the workload first did not look healthy; null where it never did, or without a fault. */
  detectedSeconds: z.number().nullable(),
  /** When the first action that helped was carried out; null without one. */
  helpedSeconds: z.number().nullable(),
  /** Until both objectives were met again for good; until the episode's end where `recovered` is false. */
  recoverySeconds: z.number().nullable(),
  /** Null without a fault. */
  recovered: z.boolean().nullable(),
  /** Of all requests of the episode, 0…1: those that failed or missed the latency objective. */
  violatedShare: z.number().min(0).max(1),
  actions: z.number().int().min(0),
  unneededActions: z.number().int().min(0),
  harmfulActions: z.number().int().min(0),
  /** Harmful ones whose effect nobody had taken back by the episode's end. */
  harmfulUnreverted: z.number().int().min(0),
  /** Replica-hours over those of the usual number of replicas. */
  replicaHours: z.number().min(0),
});
export type EpisodeRecord = z.output<typeof EpisodeRecord>;

/** An action that was carried out, how sure its policy was, and whether it was the right one by the truth. */
export type JudgedAction = readonly [confidence: number, helped: boolean];

/** One arm's part of the evaluation: a block of seeds, in their order. */
export interface PlayedBlock {
  records: readonly EpisodeRecord[];
  /** Empty for an arm that tells no confidence. */
  judged: readonly JudgedAction[];
}

/** @param info of the env at the episode's end. @throws RangeError where it lacks a number */
export function toRecord(seed: number, info: Readonly<Record<string, number>>): EpisodeRecord {
  const number = (name: string) => {
    const value = info[name];
    if (value === undefined) throw new RangeError(`the heal env tells no ${name}`);
    return value;
  };
  const orNull = (name: string) => info[name] ?? null;
  const fault = faultNamed(number('fault'));
  return {
    seed,
    fault,
    remedy: remedyOf(fault),
    detectedSeconds: orNull('detectSeconds'),
    helpedSeconds: orNull('helpSeconds'),
    recoverySeconds: orNull('mttrSeconds'),
    recovered: info.recovered === undefined ? null : info.recovered === 1,
    violatedShare: number('violatedShare'),
    actions: number('actions'),
    unneededActions: number('unneededActions'),
    harmfulActions: number('harmfulActions'),
    harmfulUnreverted: number('harmfulUnreverted'),
    replicaHours: number('replicaHoursRatio'),
  };
}

function faultNamed(number: number): FaultName | null {
  return number === NO_FAULT ? null : (FAULT_NAMES[number - 1] ?? null);
}

export function remedyOf(fault: FaultName | null): Remedy {
  if (fault === null) return 'none';
  return FAULTS.some(({ name, remedy }) => name === fault && remedy === 'time') ? 'time' : 'agent';
}
