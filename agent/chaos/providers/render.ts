import { stringify } from 'yaml';
import type { Write } from '../../safety/change';
import type { Experiment } from '../experiment/experiment';
import { chaosMeshSchedule } from './chaosMesh';
import type { ChaosProvider, FaultTarget } from './provider';
import { planExperiment } from './providers';
import { withoutWorkflows } from './refusals';

/**
 * An experiment as YAML documents: the objects that a chaos tool is handed over, with a schedule as its Schedule. What
 * the Kubernetes API alone does are no objects, so that there the requests are shown.
 *
 * @throws CoxswainError as `ChaosProvider.inject`, and where the tool has no schedules
 */
export function renderExperiment(
  experiment: Experiment,
  provider: ChaosProvider,
  target: FaultTarget,
): string {
  const documents = documentsOf(experiment, provider, target);
  return documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n');
}

function documentsOf(
  experiment: Experiment,
  provider: ChaosProvider,
  target: FaultTarget,
): readonly unknown[] {
  const { schedule, fault, workflow, mode, value, duration: durationMs } = experiment;
  // Also says what a schedule would find out only when its time has come.
  const plan = planExperiment(provider, experiment, target);
  if (schedule === undefined) return plan.changes.map(({ write }) => documentOf(write));
  if (provider.name !== 'chaos-mesh') throw withoutWorkflows(provider.title, 'schedules');
  const what =
    fault === undefined
      ? { workflow: { ...target, steps: workflow ?? [], durationMs } }
      : { fault: { ...target, fault, mode, value: value ?? null, durationMs } };
  return [chaosMeshSchedule(target, what, schedule)];
}

function documentOf(write: Write): unknown {
  return write.verb === 'create' ? write.object : write;
}
