import type { Clock } from '../../../clock';
import type { KubeObject, ObjectStore, ResourceType } from '../../objectStore';
import { PODS } from '../../store/resourceTypes';
import { splitKey } from '../kinds';
import type { Kubelet, RunningPod } from '../nodes/kubelet';
import { dnsEffects, httpEffects, ioEffects, timeEffects } from './callEffects';
import { shareToNames, shareToPods } from './dependencies';
import { type Effects, NO_EFFECTS, stressFaults } from './effects';
import {
  DNS_CHAOS,
  DnsChaosSpec,
  HTTP_CHAOS,
  HttpChaosSpec,
  IO_CHAOS,
  IoChaosSpec,
  NETWORK_CHAOS,
  NetworkChaosSpec,
  STRESS_CHAOS,
  StressChaosSpec,
  TIME_CHAOS,
  TimeChaosSpec,
} from './experiments';
import type { FaultKindImpl } from './faultKind';
import type { Injector } from './injector';
import { networkFaults } from './networkEffects';
import { podChaos } from './podChaos';

interface World {
  store: ObjectStore;
  clock: Clock;
  kubelet: Kubelet;
  injector: Injector;
}

/** The kinds of Chaos Mesh that the embedded cluster has. */
export function faultKinds(world: World): FaultKindImpl[] {
  const { store, injector } = world;
  const lasting = (
    resource: ResourceType,
    hits: 'pods' | 'containers',
    effectsOn: (target: RunningPod, pod: KubeObject, spec: unknown, otherEnd: readonly string[]) => Effects,
  ): FaultKindImpl => ({
    resource,
    hits: () => hits,
    actsOnce: () => false,
    apply({ spec, metadata }, podKey, otherEnd) {
      const target = injector.target(podKey);
      const { namespace, name } = splitKey(podKey);
      const pod = store.get(PODS, namespace, name);
      if (!pod || !hitsMainContainer(pod, spec?.containerNames)) return;
      injector.inject(target, metadata.uid, effectsOn(target, pod, spec, otherEnd));
    },
    recover: ({ metadata }, podKey) => injector.recover(podKey, metadata.uid),
  });
  return [
    podChaos(world),
    lasting(STRESS_CHAOS, 'containers', ({ sim }, _, spec) => ({
      ...NO_EFFECTS,
      faults: stressFaults(StressChaosSpec.parse(spec), sim.model),
    })),
    {
      ...lasting(NETWORK_CHAOS, 'pods', ({ sim, behaviour }, pod, spec, otherEnd) => {
        const network = NetworkChaosSpec.parse(spec);
        const { timeoutSeconds } = sim.model;
        const { responseBytes, dependencyShare } = behaviour;
        const reached = reachedShare(store, pod, network, otherEnd);
        const callShare = reached === null ? null : reached * dependencyShare;
        return {
          ...NO_EFFECTS,
          faults: networkFaults(network, { responseBytes, timeoutSeconds, callShare }),
        };
      }),
      hasOtherEnd: true,
    },
    lasting(HTTP_CHAOS, 'pods', ({ ports }, _, spec) => httpEffects(HttpChaosSpec.parse(spec), ports[0])),
    lasting(DNS_CHAOS, 'containers', ({ sim, behaviour }, pod, spec) => {
      const dns = DnsChaosSpec.parse(spec);
      const share = shareToNames(store, pod, dns.patterns ?? []) * behaviour.dependencyShare;
      return dnsEffects(dns, share, sim.model.timeoutSeconds);
    }),
    lasting(IO_CHAOS, 'containers', ({ behaviour }, _, spec) =>
      ioEffects(IoChaosSpec.parse(spec), behaviour.fileShare),
    ),
    lasting(TIME_CHAOS, 'containers', (_target, _pod, spec) => timeEffects(TimeChaosSpec.parse(spec))),
  ];
}

/** The share of a pod's calls that go where the fault is; null where it is in all its traffic. */
function reachedShare(
  store: ObjectStore,
  pod: KubeObject,
  { target, externalTargets }: NetworkChaosSpec,
  otherEnd: readonly string[],
): number | null {
  if (target) return shareToPods(store, pod, otherEnd);
  return externalTargets?.length ? 1 : null;
}

/** The first container carries the load; what hits the others alone has no effect on it. */
function hitsMainContainer({ spec }: KubeObject, containerNames: unknown): boolean {
  const [main] = Array.isArray(spec?.containers) ? spec.containers : [];
  return !Array.isArray(containerNames) || containerNames.length === 0 || containerNames.includes(main?.name);
}
