import type { ScenarioName } from '../../sim/canary/scenario';
import type { KubeObject, ObjectStore } from '../objectStore';
import { controllerOf } from '../runtime/kinds';
import { OWNER_KINDS } from '../runtime/traffic/scenarioController';
import { SCENARIO_ANNOTATION } from '../runtime/traffic/scenarios';
import { labelsMatch, parseLabelSelector } from '../store/labelSelector';
import { PODS } from '../store/resourceTypes';
import { notFound } from '../store/statusError';
import type { ScenarioAnswer, ScenarioRequest } from './controlApi';

/**
 * Annotates running pods, and the workload where one is named: its later pods behave so too. No template changes, so
 * nothing is rolled out. Throws StatusError 404 for a workload that is not there, 400 for a selector that is none.
 */
export function setScenario(store: ObjectStore, request: ScenarioRequest): ScenarioAnswer {
  const { namespace, workload, selector, scenario } = request;
  const annotate = setter(scenario);
  const requirements = selector === undefined ? null : parseLabelSelector(selector);
  if (workload) {
    const type = OWNER_KINDS[workload.kind];
    if (!type || !store.get(type, namespace, workload.name)) {
      throw notFound(type ?? { group: '', plural: workload.kind }, workload.name);
    }
    store.update(type, namespace, workload.name, annotate);
  }
  const pods = store
    .list(PODS, namespace)
    .filter((pod) =>
      requirements ? labelsMatch(requirements, pod.metadata.labels) : isOf(store, pod, request.workload),
    );
  for (const { metadata } of pods) store.update(PODS, namespace, metadata.name, annotate);
  return { pods: pods.length };
}

function setter(scenario: ScenarioName | null): (draft: KubeObject) => void {
  return ({ metadata }) => {
    const { [SCENARIO_ANNOTATION]: _, ...others } = metadata.annotations ?? {};
    metadata.annotations = scenario === null ? others : { ...others, [SCENARIO_ANNOTATION]: scenario };
  };
}

/** Whether the pod belongs to the workload, by its ReplicaSet too. */
function isOf(store: ObjectStore, pod: KubeObject, workload: ScenarioRequest['workload']): boolean {
  for (let owner = controllerOf(pod); owner; ) {
    if (owner.kind === workload?.kind && owner.name === workload.name) return true;
    const type = OWNER_KINDS[owner.kind];
    const object = type && store.get(type, pod.metadata.namespace, owner.name);
    owner = object && controllerOf(object);
  }
  return false;
}
