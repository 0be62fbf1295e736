import { CoxswainError } from '../protocol';
import type { ClusterSnapshot, Workload } from './snapshot';

/** The workload that somebody has named. @throws CoxswainError `not-found` */
export function workloadById({ workloads }: Pick<ClusterSnapshot, 'workloads'>, id: string): Workload {
  const workload = workloads.get(id);
  if (workload) return workload;
  throw new CoxswainError(
    'not-found',
    `There is no workload ${id}.`,
    'Look at the workloads in `coxswain status`.',
  );
}
