import type { Objectives, PodColumns, PodComparison } from './podComparison';

/**
 * One look at a workload, in natural units, NaN where a number is not known. The simulation and the live loop fill it
 * each in its own way; what is made of it is the same: `RichMemory.look`, then `writeRich`.
 */
export interface RichLook extends PodColumns, Objectives {
  /** Seconds of any clock that goes on. */
  now: number;
  /** Replicas as they are wanted now, and as people wanted them, without what healing has added. */
  wanted: number;
  base: number;
  ready: number;
  /** Requests per second of the workload. */
  requestRate: number;
  p95Seconds: number;
  /** Share of requests that fail, 0…1. */
  errorRate: number;
  /** Means over the serving pods, shares of the limit. */
  cpu: number;
  memory: number;
  /** How long the current incident has lasted; 0 without one. */
  unhealthySeconds: number;
  /** Of the pods above, compared with the objectives above. */
  readonly pods: PodComparison;
  /** A number that tells the pods of `suspect` from look to look: the same for the same pod, of any meaning. */
  suspectId: number;
  /** Containers that have ended by themselves since the last look, and those of them in pods up to 5 min old. */
  crashes: number;
  youngCrashes: number;
  /** How long ago the last of them ended, Infinity without one, and 1 where it was for want of memory. */
  lastCrashSeconds: number;
  lastCrashOom: number;
  /** What the runbook would do now: an index of `none, restart-pod, scale-up, scale-down, drain-pod`. */
  advice: number;
}
