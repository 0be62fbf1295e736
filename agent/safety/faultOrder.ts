import type { FaultPlan } from '../chaos/providers/provider';
import type { ExperimentRun, WorkloadRef } from '../protocol';

/** A fault that somebody wants: a person, an experiment of theirs, or the schedule that they have switched on. */
export interface FaultOrder {
  workload: WorkloadRef;
  plan: FaultPlan;
  by: string;
  trigger: ExperimentRun['trigger'];
}
