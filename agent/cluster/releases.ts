import type { RouterKind, WorkloadRef } from '../protocol';
import type { Owner, Pod, Workload } from './snapshot';

/** Something that is, or can be, released step by step, as the watches show it. Keyed by `workloadId(ref)`. */
export type Release = ManagedRelease | ArgoRelease | FlaggerRelease;

interface ReleaseBase {
  ref: WorkloadRef;
  uid: string;
  resourceVersion: string;
  annotations: Readonly<Record<string, string>>;
  annotated: boolean;
  /** Argo CD or Flux owns the object itself. */
  gitOps: readonly Owner[];
  stable: VersionPods | null;
  /** Null while no other version is on its way. */
  canary: VersionPods | null;
  /** Fresh pods of the stable version that the canary is compared with; null where it is with the stable pods. */
  baseline: VersionPods | null;
  /** Percent of the traffic on the canary, read from the router's own object; null where that says nothing. */
  weight: number | null;
  /** The router in words: `Gateway API HTTPRoute checkout`, `Istio VirtualService checkout`, `replicas`. */
  router: string;
  /** HPAs and ScaledObjects that move replicas of either version, with what they want and have. */
  autoscalers: readonly { name: string; desiredReplicas: number | null; currentReplicas: number | null }[];
  /** What is wrong with the objects as they stand: missing Service, two routers for one host … Empty where nothing is. */
  problems: readonly string[];
}

/** The pods of one version. */
export interface VersionPods {
  /** Of the template's containers. */
  containers: readonly { name: string; image: string }[];
  /** Template hash of the ReplicaSet, or the Deployment's name. */
  revision: string;
  wantedPods: number;
  pods: readonly Pod[];
}

/**
 * A Deployment with the annotation `coxswain.dev/canary`. While it is released a second Deployment serves the canary,
 * and a note on the stable one says what there was before.
 */
export interface ManagedRelease extends ReleaseBase {
  operator: 'coxswain';
  /** What the annotation says; `broken` where it cannot be read. */
  settings: ManagedSettings | 'broken';
  /** Set while a release is under way. */
  note: ReleaseNote | 'broken' | null;
  workload: Workload;
  /** `spec` of the stable Deployment as it stands there, of which the canary's is made. */
  spec: unknown;
  /** Whether the Deployment controller has seen that `spec`; only then does its status speak of it. */
  isObserved: boolean;
  /** The canary's Deployment, where there is one. */
  canaryWorkload: Workload | null;
  /** The Deployment that is named as a baseline's would be, where there is one. */
  baselineWorkload: Workload | null;
  /** Percent of the traffic on the baseline; null where the route says nothing of one. */
  baselineWeight: number | null;
  /** Percent of the requests of which the canary gets copies, as the route says; null for none. */
  mirrorPercent: number | null;
  /** The route's object; null where it is not there. */
  route: RouteObject | null;
  /** The watches have shown the routes of its router; before that nobody knows whether one is there. */
  isRouteListed: boolean;
  /** NGINX only: the canary's Ingress. */
  canaryIngress: RouteObject | null;
  /** Istio only, where the route goes by subsets. */
  destinationRule: RouteObject | null;
  /** Names of the Services that are there, of those that the settings and the note name. */
  services: { stable: ServiceObject | null; canary: ServiceObject | null; baseline: ServiceObject | null };
  /** Labels by which other Services of the namespace find the pods of the stable version. */
  otherServiceLabels: readonly string[];
}

export interface ManagedSettings {
  router: RouterKind;
  /** Name of the HTTPRoute, VirtualService or Ingress. */
  route: string;
  /** Of the stable version. */
  service: string;
  /** A canary Deployment that somebody keeps by himself; made and removed with each release where absent. */
  deployment?: string | undefined;
}

/** What a release has found and made; JSON in the annotation `coxswain.dev/release` of the stable Deployment. */
export interface ReleaseNote {
  id: string;
  by: string;
  /** Those that it was begun with: they count until it has ended. Absent from notes of versions before. */
  settings?: ManagedSettings | undefined;
  startedAtMs: number;
  images: readonly { container: string; image: string }[];
  previousImages: readonly { container: string; image: string }[];
  /** What is to become of it: set when it is decided, so that whoever finds the note goes on. */
  goal: 'progress' | 'promote' | 'roll-back';
  /** Percent that was set last, to tell a change by somebody else. */
  weight: number;
  atWeightSinceMs: number;
  /** Who has ordered that weight in so many words; absent where the evidence has to carry it. */
  orderedBy?: string | undefined;
  /** Of the stable version when the release began, as many as all of the traffic needed; absent from notes of before. */
  stablePods?: number | undefined;
  /** Percent of the requests of which the canary gets copies until its first traffic; absent for none, and after it. */
  mirrorPercent?: number | undefined;
  paused: boolean;
  /** The route as it was before: all that makes it so again. */
  route: unknown;
  /** What was made and has to go: `Deployment/checkout-canary` … */
  made: readonly string[];
}

/** A route's object as it stands, for patches that test what they replace. */
export interface RouteObject {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  resourceVersion: string;
  annotations: Readonly<Record<string, string>>;
  annotated: boolean;
  hosts: readonly string[];
  spec: unknown;
}

export interface ServiceObject {
  name: string;
  uid: string;
  resourceVersion: string;
  labels: Readonly<Record<string, string>>;
  spec: unknown;
}

/** A Rollout of Argo Rollouts (argoproj.io/v1alpha1). */
export interface ArgoRelease extends ReleaseBase {
  operator: 'argo-rollouts';
  strategy: 'canary' | 'blue-green';
  /** `spec` and `status` as they stand there. */
  spec: unknown;
  status: unknown;
  paused: boolean;
  /** Deployment that the template comes from (`spec.workloadRef`); null where it is the Rollout's own. */
  workloadRef: { kind: string; name: string } | null;
  /** Newest first. */
  revisions: readonly ArgoRevision[];
  /** Of the revision under way, newest first. */
  analysisRuns: readonly AnalysisRunObject[];
}

export interface ArgoRevision {
  revision: number;
  replicaSet: string;
  hash: string;
  /** `spec.template` of the ReplicaSet. */
  template: unknown;
  images: readonly string[];
}

export interface AnalysisRunObject {
  name: string;
  uid: string;
  createdAtMs: number;
  labels: Readonly<Record<string, string>>;
  spec: unknown;
  status: unknown;
}

/** A Canary of Flagger (flagger.app/v1beta1). */
export interface FlaggerRelease extends ReleaseBase {
  operator: 'flagger';
  spec: unknown;
  status: unknown;
  /** `spec.targetRef`: the Deployment that people change. */
  target: Workload | null;
  primary: Workload | null;
  /**
   * What Flagger has made to split the traffic: HTTPRoute, VirtualService or canary Ingress; null where there is none or
   * it is of another kind. An emergency moves its weights before Flagger's next look.
   */
  route: RouteObject | null;
}
