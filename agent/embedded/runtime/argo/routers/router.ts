import type { HeaderRoute, MirrorRoute } from '../rolloutSpec';

/** What splits the traffic of a Rollout. Each throws Error, with Argo's words, where its object does not fit. */
export interface Router {
  readonly type: string;
  /** Tells it the hashes of both versions, where it picks pods by their labels. */
  setHashes(canaryHash: string, stableHash: string): void;
  /** Percent on the canary, or parts of `maxTrafficWeight`. */
  setWeight(weight: number): void;
  /** Requests with these headers all go to the canary; without a match the route is taken away. */
  setHeaderRoute(route: HeaderRoute): void;
  setMirrorRoute(route: MirrorRoute): void;
  /** Takes away what the steps have added. */
  removeManagedRoutes(): void;
}
