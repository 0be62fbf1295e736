import type { Clock } from '../../../clock';
import type { KubeObject, ObjectStore, ResourceType } from '../../objectStore';
import { deletePod } from '../../store/podDeletion';
import { podSpec, splitKey } from '../kinds';
import { networkFaults, stressFaults } from './effects';
import {
  NETWORK_CHAOS,
  NetworkChaosSpec,
  POD_CHAOS,
  PodChaosSpec,
  STRESS_CHAOS,
  StressChaosSpec,
} from './experiments';
import type { Injector } from './injector';

/** What one kind of chaos object does to a target. Both operations throw Error where they fail. */
export interface FaultKindImpl {
  readonly resource: ResourceType;
  /** It happens once; there is nothing to recover. */
  actsOnce(experiment: KubeObject): boolean;
  /** `namespace/pod`, or `namespace/pod/container` where it acts on a container. */
  targetId(pod: KubeObject): string;
  apply(experiment: KubeObject, podKey: string): void;
  recover(experiment: KubeObject, podKey: string): void;
}

interface World {
  store: ObjectStore;
  clock: Clock;
  injector: Injector;
}

export function faultKinds({ store, clock, injector }: World): FaultKindImpl[] {
  const recover = (experiment: KubeObject, podKey: string) =>
    injector.recover(podKey, experiment.metadata.uid);
  const podId = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;
  return [
    {
      resource: POD_CHAOS,
      actsOnce: (experiment) => experiment.spec?.action !== 'pod-failure',
      targetId: podId,
      apply(experiment, podKey) {
        const { action, gracePeriod } = PodChaosSpec.parse(experiment.spec);
        if (action !== 'pod-kill') throw new Error(`the embedded cluster has no ${action}: use pod-kill`);
        const { namespace, name } = splitKey(podKey);
        deletePod(store, clock, namespace, name, gracePeriod);
      },
      recover() {},
    },
    {
      resource: STRESS_CHAOS,
      actsOnce: () => false,
      targetId: (pod) => `${podId(pod)}/${podSpec(pod).containers[0]?.name}`,
      apply(experiment, podKey) {
        const target = injector.target(podKey);
        const faults = stressFaults(StressChaosSpec.parse(experiment.spec), target.sim.model);
        injector.inject(target, experiment.metadata.uid, faults);
      },
      recover,
    },
    {
      resource: NETWORK_CHAOS,
      actsOnce: () => false,
      targetId: podId,
      apply(experiment, podKey) {
        const faults = networkFaults(NetworkChaosSpec.parse(experiment.spec));
        injector.inject(injector.target(podKey), experiment.metadata.uid, faults);
      },
      recover,
    },
  ];
}
