import type { RouteObject } from '../../../cluster/releases';
import type { ReversibleChange } from '../../../safety/change';
import type { Json } from '../../../safety/handover/json';

/** The objects by which traffic is split, as they are seen. */
export interface Routing {
  namespace: string;
  /** Of the stable Deployment. */
  name: string;
  /** HTTPRoute, VirtualService or Ingress that clients reach the stable Service by. */
  route: RouteObject;
  /** Istio only, where the route goes by subsets. */
  destinationRule: RouteObject | null;
  /** NGINX only: the canary's Ingress, where there is one. */
  canaryIngress: RouteObject | null;
  /** Istio only: the subset of the stable version, where the canary is another subset of the same Service. */
  subset: Subset | null;
  /** Names of the Services. */
  stableService: string;
  canaryService: string;
  /** Null where the release has no baseline: a Service of that name is then somebody else's. */
  baselineService: string | null;
  /** What `noteOf` has said before the first split; null before that. */
  original: unknown;
  /** Of the release, for the mark on what is split. */
  releaseId: string;
}

/** A subset of a DestinationRule, and the labels of those beside it. */
export interface Subset {
  name: string;
  canaryLabels: Readonly<Record<string, string>>;
  baselineLabels: Readonly<Record<string, string>>;
}

/** How the traffic is to be split. */
export interface Split {
  /** Percent of the stable Service's traffic that goes to the canary, 0…100 in whole numbers. */
  weightPercent: number;
  /** The same for the baseline; null where the release has none. */
  baselinePercent: number | null;
  /** Requests with this header and the value `true` go to the canary; null for none. */
  header: string | null;
  /** Percent of the requests that are sent to the canary besides, whose answers nobody hears; null for none. */
  mirrorPercent: number | null;
}

/** Percent of the stable Service's traffic in one rule; null for what the rule does not name. */
export interface RuleShare {
  canary: number | null;
  baseline: number | null;
  /** Percent of the rule's requests of which the canary gets copies. */
  mirror: number | null;
}

/** One way to split traffic. All is pure: it says what is to be written, and never writes. */
export interface Router {
  /** Whether it can send to a baseline besides. */
  canSplitInThree: boolean;
  /** All that makes the route again what it is now, for the release's note. */
  noteOf(routing: Routing): Json;
  /** The changes that make the split so, in the order of sending; none where it is so. */
  split(routing: Routing, split: Split): readonly ReversibleChange[];
  /** The changes that make the route what it was, but for what somebody has changed since; none where it is so. */
  finalize(routing: Routing): readonly ReversibleChange[];
  /** What the route says without our split; a change of ours leaves it as it is. */
  bare(routing: Routing): Json;
  /** The object that carries the mark of what was set last; null where that is not there. */
  marked(routing: Routing): RouteObject | null;
  /** Percent of the stable Service's traffic that goes to the canary; null where it says nothing of the canary. */
  read(routing: Routing): number | null;
  /** The same of each rule by itself that sends anything at all: we set all of them alike. */
  readRules(routing: Routing): readonly RuleShare[];
  /** Why it cannot be split, in words; empty where it can. */
  problems(routing: Routing): readonly string[];
  /** Why this route can send no copies to the canary, in words and with what to do; null where it can. */
  whyNoMirror(routing: Routing): string | null;
}
