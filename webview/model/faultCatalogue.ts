import type { ChaosProviderName, ExperimentInfo, FaultKind } from '../../agent/protocol';
import { FAULT_TITLES } from '../../agent/protocol/fault';
import { capitalised } from '../../agent/protocol/format';

export const FAULT_GROUPS = [
  'Pods',
  'Rollout and nodes',
  'Resources',
  'Network',
  'HTTP and DNS',
  'Disk and clock',
] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];

const KINDS: Readonly<Record<FaultKind, { group: FaultGroup; detail: string }>> = {
  'pod-kill': { group: 'Pods', detail: 'Deletes a pod without grace; its controller makes a new one.' },
  'pod-evict': { group: 'Pods', detail: 'Evicts a pod, as a node under pressure or a drain does.' },
  'pod-failure': { group: 'Pods', detail: 'Keeps a pod from running for as long as the fault lasts.' },
  'container-kill': { group: 'Pods', detail: 'Kills a container; the kubelet restarts it in its pod.' },
  'scale-down': { group: 'Pods', detail: 'Takes replicas away and gives them back at the end.' },
  'bad-image': { group: 'Rollout and nodes', detail: 'Rolls out an image that cannot be pulled.' },
  'bad-probe': { group: 'Rollout and nodes', detail: 'Rolls out a readiness probe that never succeeds.' },
  'node-cordon': { group: 'Rollout and nodes', detail: 'Lets no new pod be scheduled on a node.' },
  'cpu-stress': { group: 'Resources', detail: 'Burns CPU in a pod until its limit throttles it.' },
  'memory-stress': { group: 'Resources', detail: 'Fills the memory of a pod, up to an OOM kill.' },
  'network-delay': { group: 'Network', detail: 'Delays the packets of a pod.' },
  'network-loss': { group: 'Network', detail: 'Drops some of the packets of a pod.' },
  'network-partition': { group: 'Network', detail: 'Cuts a pod off.' },
  'network-bandwidth': { group: 'Network', detail: 'Lets only so many bits per second through.' },
  'http-abort': { group: 'HTTP and DNS', detail: 'Breaks off the HTTP requests to a pod.' },
  'http-delay': { group: 'HTTP and DNS', detail: 'Answers HTTP requests late.' },
  'dns-error': { group: 'HTTP and DNS', detail: 'Lets names not be resolved.' },
  'io-delay': { group: 'Disk and clock', detail: 'Delays each access to a volume.' },
  'io-error': { group: 'Disk and clock', detail: 'Lets accesses to a volume fail.' },
  'time-skew': { group: 'Disk and clock', detail: 'Sets the clock of a pod wrong.' },
};

/** A kind of fault, for people who choose one. */
export interface FaultChoice {
  kind: FaultKind;
  title: string;
  detail: string;
  /** Who would do it on the connected cluster; null where nobody can, undefined where it is not known. */
  provider: ChaosProviderName | null | undefined;
  /** Why nobody can, in words; null where somebody can or it is not known. */
  problem: string | null;
}

/** All kinds by group. Who would do them is read off the experiments that are known, of which each kind has one. */
export function faultChoices(
  experiments: readonly ExperimentInfo[],
): { group: FaultGroup; choices: FaultChoice[] }[] {
  const kinds = Object.entries(KINDS) as [FaultKind, (typeof KINDS)[FaultKind]][];
  return FAULT_GROUPS.map((group) => ({
    group,
    choices: kinds
      .filter(([, kind]) => kind.group === group)
      .map(([kind, { detail }]) => choice(kind, detail, experiments)),
  }));
}

function choice(kind: FaultKind, detail: string, experiments: readonly ExperimentInfo[]): FaultChoice {
  const ofKind = experiments.filter((experiment) => experiment.kind === kind);
  const possible = ofKind.find(({ provider }) => provider !== null);
  return {
    kind,
    title: capitalised(FAULT_TITLES[kind]),
    detail,
    provider: possible?.provider ?? (ofKind.length === 0 ? undefined : null),
    problem: possible ? null : (ofKind[0]?.problem ?? null),
  };
}
