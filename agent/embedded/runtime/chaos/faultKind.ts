import type { KubeObject, ResourceType } from '../../objectStore';

/** What one kind of chaos object does to a target. Both operations throw Error where they fail. */
export interface FaultKindImpl {
  readonly resource: ResourceType;
  /** Whether its records name pods, or containers in them. */
  hits(experiment: KubeObject): 'pods' | 'containers';
  /** Its `target` selects the pods at the other end of a connection. */
  readonly hasOtherEnd?: boolean;
  /** It happens once; there is nothing to recover. */
  actsOnce(experiment: KubeObject): boolean;
  /** `otherEnd` are the pods, by key, that the experiment selects as the other end of a connection. */
  apply(experiment: KubeObject, podKey: string, otherEnd: readonly string[]): void;
  recover(experiment: KubeObject, podKey: string): void;
}
