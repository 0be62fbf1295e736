import type { CanaryKind, Params, Result } from '../../agent/protocol';

/** What the wizard asks, in its order; which of it depends on what was answered before. */
export type WizardStep =
  | 'workload'
  | 'kind'
  | 'route'
  | 'route-name'
  | 'host'
  | 'gateway'
  | 'analyses'
  | 'review';

export type RouteChoice = 'found' | 'named' | 'new';

/** What has been answered so far. An answer to a question that is no longer asked stays, for when it is asked again. */
export interface WizardAnswers {
  workloadId: string | null;
  kind: CanaryKind | null;
  route: RouteChoice;
  routeName: string;
  host: string;
  gateway: string;
  /** Null until they are chosen. */
  analyses: readonly string[] | null;
}

export const NO_ANSWERS: WizardAnswers = {
  workloadId: null,
  kind: null,
  route: 'found',
  routeName: '',
  host: '',
  gateway: '',
  analyses: null,
};

/** What can be made of a Deployment. */
export const KINDS = [
  {
    kind: 'gateway-api',
    label: 'Gateway API',
    detail: 'Coxswain moves the weights of an HTTPRoute. What to take where nothing else is there yet.',
  },
  {
    kind: 'istio',
    label: 'Istio',
    detail: 'Coxswain moves the weights of a VirtualService.',
  },
  {
    kind: 'nginx',
    label: 'NGINX Ingress (legacy)',
    detail: 'ingress-nginx is retired and gets no fixes any more: the Gateway API does the same.',
  },
  {
    kind: 'argo-rollouts',
    label: 'Argo Rollouts',
    detail: 'A Rollout in place of the Deployment; the agent works through its steps.',
  },
  {
    kind: 'flagger',
    label: 'Flagger',
    detail: 'A Canary beside the Deployment; the agent answers its webhooks.',
  },
] as const satisfies readonly { kind: CanaryKind; label: string; detail: string }[];

export const ROUTES = [
  {
    route: 'found',
    label: 'The route that there is',
    detail: 'Found by the Service of the Deployment.',
  },
  { route: 'named', label: 'A route by its name…', detail: 'Where several lead to the Service.' },
  {
    route: 'new',
    label: 'A new route…',
    detail: 'For a host that you name, where none leads to its Service yet.',
  },
] as const satisfies readonly { route: RouteChoice; label: string; detail: string }[];

/** Analyses that come with Coxswain, for tools that run analyses; docs/canary.md has them in full. */
export function analysesFor(kind: CanaryKind | null): readonly OfferedAnalysis[] {
  return kind === 'flagger' ? FLAGGER_METRICS : ARGO_ANALYSES;
}

export interface OfferedAnalysis {
  name: string;
  detail: string;
  /** Chosen until somebody chooses otherwise. */
  picked: boolean;
}

/** Those that were chosen; where they are another tool's, or nobody has chosen yet, those that are proposed. */
export function chosenAnalyses(kind: CanaryKind | null, chosen: readonly string[] | null): string[] {
  const offered = analysesFor(kind);
  const isOfThis = chosen?.every((name) => offered.some((analysis) => analysis.name === name)) ?? false;
  if (chosen !== null && isOfThis) return [...chosen];
  return offered.filter(({ picked }) => picked).map(({ name }) => name);
}

const ARGO_ANALYSES: readonly OfferedAnalysis[] = [
  { name: 'smoke-test', detail: 'The health and status pages answer before traffic comes.', picked: false },
  { name: 'error-rate', detail: 'Fewer than 5 % of the canary’s requests fail.', picked: true },
  { name: 'latency', detail: 'The canary is not more than 20 % slower than stable.', picked: true },
  { name: 'full-analysis', detail: 'Errors, p99 latency, restarts, memory and CPU together.', picked: false },
  {
    name: 'pre-promotion',
    detail: 'Healthy, and no errors in the last five minutes before the promotion.',
    picked: false,
  },
];

const FLAGGER_METRICS: readonly OfferedAnalysis[] = [
  {
    name: 'success-rate',
    detail: 'At least 99 % of the requests are answered without an error.',
    picked: true,
  },
  { name: 'request-duration', detail: 'p99 below 500 ms.', picked: true },
  { name: 'gpu-utilization', detail: 'The GPUs are between 60 % and 90 % busy.', picked: false },
  {
    name: 'model-accuracy',
    detail: 'At least 85 % of the answers on labelled samples are right.',
    picked: false,
  },
];

/** The questions, given what was answered; the first is left out where a command came with a workload. */
export function wizardSteps({ kind, route }: WizardAnswers, asksForWorkload: boolean): WizardStep[] {
  const isRouted = kind === 'gateway-api' || kind === 'istio' || kind === 'nginx';
  return [
    ...(asksForWorkload ? (['workload'] as const) : []),
    'kind',
    ...(isRouted ? (['route'] as const) : []),
    ...(isRouted && route === 'named' ? (['route-name'] as const) : []),
    ...(isRouted && route === 'new' ? (['host'] as const) : []),
    ...(kind === 'gateway-api' && route === 'new' ? (['gateway'] as const) : []),
    ...(kind === 'argo-rollouts' || kind === 'flagger' ? (['analyses'] as const) : []),
    'review',
  ];
}

/** What the agent is asked for; throws where a question that has to be answered was not. */
export function wizardParams(answers: WizardAnswers): Params<'prepareCanary'> {
  const { workloadId, kind, routeName, host, gateway, analyses } = answers;
  if (workloadId === null || kind === null) throw new TypeError('Workload and kind have to be answered.');
  const asked = wizardSteps(answers, false);
  const where = (step: WizardStep, part: Partial<Params<'prepareCanary'>>, text: string) =>
    asked.includes(step) && text.trim() !== '' ? part : {};
  return {
    workloadId,
    kind,
    ...where('route-name', { route: routeName.trim() }, routeName),
    ...where('host', { host: host.trim() }, host),
    ...where('gateway', { gateway: gateway.trim() }, gateway),
    ...(asked.includes('analyses') ? { analyses: chosenAnalyses(kind, analyses) } : {}),
  };
}

/** The manifests as one read-only document of YAML, with what keeps them from being applied on top. */
export function manifestsText({
  manifests,
  problems,
  text,
}: Omit<Result<'prepareCanary'>, 'proposal'>): string {
  const comment = (line: string) => `# ${line.replaceAll(/\s+/g, ' ')}`;
  const head = [
    ...(problems.length === 0
      ? ['# Nothing has been changed yet: these manifests are for review.']
      : ['# This cannot be applied now:', ...problems.map((problem) => comment(`- ${problem}`))]),
    ...(text === '' ? [] : [comment(text)]),
  ].join('\n');
  const documents = manifests.map(({ name, yaml }) => `${comment(name)}\n${yaml.trimEnd()}`);
  return `${[head, ...documents].join('\n---\n')}\n`;
}

/** What is wrong with a text as the name of a Gateway, or null; empty where the cluster's only one is meant. */
export function gatewayProblem(text: string): string | null {
  const isFine = text.trim() === '' || /^[a-z0-9.-]+\/[a-z0-9.-]+$/.test(text.trim());
  return isFine ? null : 'Write namespace/name, or leave it empty.';
}

/** What is wrong with a text as the host of a new route, or null. */
export function hostProblem(text: string): string | null {
  const isFine = /^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text.trim());
  return isFine ? null : 'A host name such as shop.example.com.';
}

/** What is wrong with a text as the name of an object, or null. */
export function nameProblem(text: string): string | null {
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text.trim())
    ? null
    : 'The name of an HTTPRoute, Ingress or VirtualService.';
}
