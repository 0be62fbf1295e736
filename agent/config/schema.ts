import * as z from 'zod';
import { ChaosProviderName, Mode, ReleaseSteering, ScalingSteering } from '../protocol';
import { durationBetween } from './duration';
import { TunedRule } from './scaleRule';

const duration = (text: string, min: string, max: string, description: string) =>
  durationBetween(min, max).prefault(text).describe(`${description} ${min}…${max}, default \`${text}\`.`);
const share = (value: number, description: string) =>
  z.number().min(0).max(1).default(value).describe(`${description} 0…1, default ${value}.`);
const count = (value: number, min: number, max: number, description: string) =>
  z
    .number()
    .int()
    .min(min)
    .max(max)
    .default(value)
    .describe(`${description} ${min}…${max}, default ${value}.`);
const price = (value: number, description: string) =>
  z.number().min(0).default(value).describe(`${description} Default ${value}.`);
const section = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape);

/** Queries with the placeholders `$namespace`, `$pods` (a regular expression), `$window`, `$workload`. */
const queries = section({
  cpu: z.string().optional().describe('CPU cores used, by pod.'),
  memory: z.string().optional().describe('Working-set bytes, by pod.'),
  latencyP50: z.string().optional().describe('Median request latency in seconds.'),
  latencyP95: z.string().optional().describe('95th percentile of request latency in seconds.'),
  latencyP99: z.string().optional().describe('99th percentile of request latency in seconds.'),
  podLatencyP95: z.string().optional().describe('95th percentile of request latency in seconds, by pod.'),
  errorRate: z.string().optional().describe('Failed share of requests, 0…1.'),
  podErrorRate: z.string().optional().describe('Failed share of requests, by pod.'),
  requests: z.string().optional().describe('Requests per second.'),
  podRequests: z.string().optional().describe('Requests per second, by pod.'),
  violatedShare: z
    .string()
    .optional()
    .describe('Share of requests that were late or failed, 0…1; from the latency histogram where absent.'),
  queue: z.string().optional().describe('Requests that wait; from the latency where absent.'),
});

/** What a release does while nobody asks for anything. */
const noTraffic = z.enum(['hold', 'fail', 'probe']);
const evidenceVariant = z.enum(['fast', 'strict']);

/** A call of Flagger's kind: POST of name, namespace, phase, checksum and metadata as JSON; 2xx lets it go on. */
const hook = section({
  name: z.string().min(1).describe('As it is told in the journal.'),
  url: z.url({ protocol: /^https?$/ }).describe('Where the POST goes.'),
  timeout: duration('10s', '1s', '10m', 'After which a call has failed.'),
  metadata: z
    .record(z.string(), z.string().describe('What is passed on under that name.'))
    .default({})
    .describe('Passed on in the body.'),
  mutable: z.boolean().default(true).describe('Whether a failed call counts against the release.'),
});
const hooks = (when: string) => z.array(hook).default([]).describe(`Called ${when}.`);

/** Of a task that is learned from the live cluster. */
const onlineLearning = (learned: string, transitions: number, doc: string) =>
  section({
    enabled: z
      .boolean()
      .default(false)
      .describe(`Whether a copy of the ${learned} is fine-tuned on what happens here.`),
    every: duration('24h', '10m', '720h', 'How often, once there is enough experience.'),
    minTransitions: count(transitions, 50, 100_000, 'Stored transitions before the first fine-tuning.'),
    shadowFor: duration(
      '24h',
      '1m',
      '720h',
      'How long the copy decides beside the policy before it may take over.',
    ),
  })
    .prefault({})
    .describe(`Learning from the live cluster (docs/${doc}.md).`);

/** The whole of `coxswain.yaml`. Every key has a default; unknown keys are errors. */
export const ConfigSchema = section({
  mode: Mode.default('observe').describe(
    'What Coxswain may do at start: `observe` (never writes), `approve` (asks before each action), `auto`.',
  ),
  context: z.string().optional().describe('kubeconfig context; the current one where absent.'),
  kubeconfig: z
    .string()
    .optional()
    .describe('Path of the kubeconfig; $KUBECONFIG or ~/.kube/config where absent.'),
  namespaces: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Namespaces whose workloads may be acted on. Empty: those of the kubeconfig context, which are the one that it names, if it names one, and on the embedded cluster those of the demo apps. The others are shown, never touched.',
    ),
  protectedNamespaces: z
    .array(z.string())
    .default(['kube-system', 'kube-public', 'kube-node-lease'])
    .describe('Never acted on, even when listed in `namespaces`.'),
  slo: section({
    latencyP95: duration('200ms', '1ms', '1h', '95th percentile of latency that is still good.'),
    errorRate: share(0.01, 'Failed share of requests that is still good.'),
  })
    .prefault({})
    .describe('Service-level objective of every workload that has none of its own.'),
  workloads: z
    .record(
      z.string().regex(/^[^/]+\/[^/]+$/, 'expected namespace/name'),
      section({
        slo: section({
          latencyP95: durationBetween('1ms', '1h').optional().describe('As `slo.latencyP95`.'),
          errorRate: z.number().min(0).max(1).optional().describe('As `slo.errorRate`.'),
        })
          .optional()
          .describe('Objective of this workload.'),
        scale: section({
          steering: ScalingSteering.optional().describe('As `scale.steering`.'),
          violationPrice: z.number().min(0.1).max(10_000).optional().describe('As `scale.violationPrice`.'),
          minReplicas: z.number().int().min(1).max(1000).optional().describe('As `scale.minReplicas`.'),
          maxReplicas: z.number().int().min(1).max(1000).optional().describe('As `scale.maxReplicas`.'),
          rule: TunedRule.optional().describe(
            'The rule of this workload in place of `scale.policy`, and what a learned policy falls back to here, with settings that `coxswain calibrate` found for its load and one price of a violation: another price does not change it.',
          ),
        })
          .optional()
          .describe('How this workload is scaled.'),
        canary: section({
          steering: ReleaseSteering.optional().describe('As `canary.steering`.'),
          step: z.number().min(0.01).max(0.5).optional().describe('As `canary.step`.'),
          evidence: evidenceVariant.optional().describe('As `canary.evidence`.'),
          minRequests: z
            .number()
            .int()
            .min(20)
            .max(1_000_000)
            .optional()
            .describe('As `canary.minRequests`.'),
          noTraffic: noTraffic.optional().describe('As `canary.noTraffic`.'),
          baseline: z.boolean().optional().describe('As `canary.baseline`.'),
          mirrorPercent: z
            .number()
            .int()
            .min(0)
            .max(100)
            .optional()
            .describe('As `canary.mirrorPercent`; 0 for no copies.'),
          latencyObjective: durationBetween('1ms', '1h')
            .optional()
            .describe(
              'Latency above which a request counts as slow, 1ms…1h; from the stable version’s p95 where absent.',
            ),
        })
          .optional()
          .describe('How this workload is released.'),
        observeOnly: z.boolean().default(false).describe('Show this workload, never act on it.'),
      }).describe('Settings of one workload.'),
    )
    .default({})
    .describe('Settings of single workloads, by `namespace/name`.'),
  heal: section({
    policy: z
      .enum(['runbook', 'always-restart', 'random', 'do-nothing'])
      .default('runbook')
      .describe('Which rule decides, where no learned policy is promoted.'),
    interval: duration('30s', '10s', '30s', 'Longest time between two looks; events come sooner.'),
    eventDelay: duration('500ms', '0s', '10s', 'How long events are gathered before a look.'),
    settle: duration(
      '45s',
      '1s',
      '1h',
      'How long an action may take to show its effect before it is measured.',
    ),
    warmupGrace: duration(
      '45s',
      '0s',
      '1h',
      'How long a new pod may be slow or unready without being taken for failing.',
    ),
    confirmFor: duration('5s', '0s', '1h', 'How long a symptom in the metrics must last before it counts.'),
    healthyFor: duration(
      '10s',
      '0s',
      '1h',
      'How long a workload must look healthy before an incident is closed.',
    ),
    outlierFactor: z
      .number()
      .min(1)
      .default(3)
      .describe(
        'A pod is an outlier when its latency is this many times the median of its siblings. Default 3.',
      ),
    saturation: share(0.8, 'CPU share of the limit from which a workload counts as saturated.'),
    idleFor: duration(
      '1m',
      '0s',
      '24h',
      'How long a workload must be healthy with capacity to spare before a replica that was added is taken back.',
    ),
    maxIneffective: count(3, 1, 10, 'Actions without effect in one incident before the policy gives up.'),
    onlineLearning: onlineLearning('promoted policy', 500, 'healing'),
  })
    .prefault({})
    .describe('The task that recovers failing workloads.'),
  scale: section({
    steering: ScalingSteering.default('shadow').describe(
      'How much say the scaler has: `off`, `shadow` (decides, and nothing of it is done), `advise` (moves minReplicas of the HPA), `own` (sets the replicas; the HPA catches overload). Each take-over is approved first, unless in mode `auto`.',
    ),
    policy: z
      .enum(['predictive', 'quantile', 'hpa', 'do-nothing'])
      .default('predictive')
      .describe(
        'Which rule decides where no learned policy is promoted, and what a learned one falls back to.',
      ),
    violationPrice: z
      .number()
      .min(0.1)
      .max(10_000)
      .default(20)
      .describe(
        'What a violated request costs: serving one pod’s load too late costs as much as so many pods. 2 is cheap, 100 is safe. Default 20.',
      ),
    minReplicas: count(1, 1, 1000, 'The scaler never wants fewer; at most `scale.maxReplicas`.'),
    maxReplicas: count(100, 1, 1000, 'The scaler never wants more.'),
    podsUpPerMinute: count(5, 1, 1000, 'Pods that may be added to a workload in a minute.'),
    podsDownPerMinute: count(3, 1, 1000, 'Pods that may be taken from a workload in a minute.'),
    netUtilisation: share(
      0.9,
      'CPU utilisation from which the HPA scales up by itself while it is taken over: the net under the scaler.',
    ),
    startup: durationBetween('1s', '10m')
      .optional()
      .describe('From a pod’s creation to its readiness, 1s…10m; measured where absent.'),
    shadowPolicy: z
      .string()
      .optional()
      .describe(
        'A version (`scale/3`, `scale/shipped-36-ppo`) that decides beside the policy, so that both can be compared.',
      ),
    onlineLearning: onlineLearning(
      'promoted policy, or that of `scale.shadowPolicy` where none is promoted,',
      2000,
      'scaling',
    ),
    breaker: section({
      failures: count(
        3,
        1,
        100,
        'Regressions, API errors or steps without data in a row that hand back to the HPA.',
      ),
      openFor: duration(
        '10m',
        '0s',
        '24h',
        'How long the HPA stays in charge before it is taken over again.',
      ),
    })
      .prefault({})
      .describe('Circuit breaker of each scaled workload.'),
  })
    .superRefine(({ minReplicas, maxReplicas }, context) => {
      if (minReplicas <= maxReplicas) return;
      const message = `expected at most scale.maxReplicas, which is ${maxReplicas}`;
      context.addIssue({ code: 'custom', path: ['minReplicas'], message });
    })
    .prefault({})
    .describe('The task that scales workloads (docs/scaling.md).'),
  canary: section({
    steering: ReleaseSteering.default('shadow').describe(
      'How much say the controller has in releases: `off`, `shadow` (gathers evidence and says what it would do), `own` (sets the pace, promotes and rolls back).',
    ),
    policy: z
      .enum(['evidence-steps', 'fixed-steps', 'hold'])
      .default('evidence-steps')
      .describe(
        'Which rule sets the pace where no learned policy is promoted. The tests own promotion and rollback whatever sets the pace, but for `fixed-steps`, which asks before it promotes.',
      ),
    step: z
      .number()
      .min(0.01)
      .max(0.5)
      .default(0.1)
      .describe('Share of the traffic by which up and down change the weight, 0.01…0.5. Default 0.1.'),
    weights: z
      .array(z.number().min(1).max(99))
      .min(1)
      .default([5, 10, 25, 50, 75])
      .describe('Percent of the traffic at each step of the rule. Default 5, 10, 25, 50, 75.'),
    interval: duration('30s', '10s', '10m', 'Time between two decisions.'),
    evidence: evidenceVariant
      .default('fast')
      .describe(
        'Bars of the tests: `fast` finds harm sooner and is calibrated, `strict` keeps its false-alarm level whatever the data (docs/canary.md).',
      ),
    minRequests: count(50, 20, 1_000_000, 'Requests of the canary before any verdict.'),
    bake: duration(
      '45m',
      '0s',
      '168h',
      'No promotion before, however good the evidence is; 0s where strict suffices.',
    ),
    timeLimit: duration('2h', '1m', '720h', 'After which a release without a verdict is handed to a person.'),
    whenAgentDies: z
      .enum(['hold', 'roll-back'])
      .default('roll-back')
      .describe(
        'What becomes of a release under way that Coxswain steers when its agent ends, however it does: `hold` (the canary keeps its traffic, and nobody watches it) or `roll-back` (after `canary.aloneFor` all traffic goes back to stable).',
      ),
    aloneFor: duration(
      '5m',
      '1s',
      '24h',
      'How long a release may be left alone before that; wall time. A reload of the window takes less.',
    ),
    noTraffic: noTraffic
      .default('hold')
      .describe(
        'Without requests: `hold`, `fail` (roll back at the time limit), or `probe` (send synthetic ones).',
      ),
    baseline: z
      .boolean()
      .default(false)
      .describe(
        'Whether the canary is compared with fresh pods of the stable version, which get as much traffic, in place of the old pods (docs/canary.md). Releases of Coxswain over `gateway-api` and `istio` alone: others are not begun, or held, and say so.',
      ),
    mirrorPercent: z
      .number()
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Percent of the requests that are sent to a new canary as copies as well, 1…100, before it gets any traffic: nobody hears its answers, but it does what the requests say once more, so that writes are doubled (docs/canary.md). None where absent. Releases of Coxswain over `gateway-api` and `istio` alone: others are not begun, or held, and say so.',
      ),
    routeLabel: z
      .string()
      .default('route')
      .describe(
        'Label of `http_requests_total` by which requests are compared route by route, where it is there.',
      ),
    canaryReplicas: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('Pods of the canary; by its weight where absent.'),
    canaryHeader: z
      .string()
      .default('x-canary')
      .describe('Requests with this header and the value `true` go to the canary.'),
    hooks: section({
      preRollout: hooks('before traffic is sent to the canary; a failure ends the release'),
      loadTest: hooks('in every interval; its failure counts as one without data'),
      postRollout: hooks('after the end, whatever it was'),
    })
      .prefault({})
      .describe('Webhooks in Flagger’s format that Coxswain calls.'),
    gate: section({
      enabled: z
        .boolean()
        .default(false)
        .describe('Whether the gate for Flagger’s webhooks is opened (docs/canary.md).'),
      host: z.string().default('127.0.0.1').describe('Address to listen on. Default `127.0.0.1`.'),
      port: count(0, 0, 65_535, 'Its port; 0 takes a free one.'),
    })
      .prefault({})
      .describe(
        'Webhooks that Flagger calls: confirm-rollout, confirm-traffic-increase, confirm-promotion, rollback.',
      ),
    alerts: z
      .array(
        section({
          type: z.enum(['slack', 'teams', 'webhook']).describe('Format of the message.'),
          url: z
            .url({ protocol: /^https?$/ })
            .optional()
            .describe('Where it goes, where that is no secret.'),
          urlFrom: z
            .string()
            .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|secret:[^/]+\/[^/]+(\/[^/]+)?|vscode:.+)$/)
            .optional()
            .describe(
              'Where the secret address is: `env:NAME`, `secret:namespace/name[/key]` (a Kubernetes Secret, key `address`), or `vscode:name` (asked for once, kept in VS Code’s secret storage).',
            ),
          on: z
            .array(z.enum(['started', 'promoted', 'rolled-back', 'stuck', 'interfered', 'asked']))
            .default(['promoted', 'rolled-back', 'stuck', 'asked'])
            .describe('What is told. Default promoted, rolled-back, stuck, asked.'),
        }).describe('One receiver.'),
      )
      .default([])
      .describe('Who is told of releases.'),
  })
    .prefault({})
    .describe('The task that releases workloads step by step (docs/canary.md).'),
  costs: section({
    currency: z.string().min(1).max(8).default('USD').describe('As shown. Default `USD`.'),
    coreHour: price(0.04, 'A CPU core for an hour.'),
    gibHour: price(0.005, 'A GiB of memory for an hour.'),
    millionRequests: price(0, 'A million requests, for what is paid by the request.'),
    nodes: z
      .record(
        z.string(),
        section({
          coreHour: z.number().min(0).optional().describe('As `costs.coreHour`.'),
          gibHour: z.number().min(0).optional().describe('As `costs.gibHour`.'),
        }).describe('Prices of one node type.'),
      )
      .default({})
      .describe('Other prices by node type, the value of `node.kubernetes.io/instance-type`.'),
  })
    .prefault({})
    .describe('What pods cost; a pod costs what it requests.'),
  guard: section({
    minReplicas: count(1, 1, 1000, 'Never fewer; at most `guard.maxReplicas`.'),
    maxReplicas: count(10, 1, 1000, 'Never more.'),
    actionInterval: duration('1m', '0s', '24h', 'At most one action per workload in this time.'),
    scaleUpCooldown: duration('30s', '0s', '24h', 'Between two scale-ups of a workload.'),
    scaleDownCooldown: duration('3m', '0s', '24h', 'Between any scaling and a scale-down of a workload.'),
    scaleUpsPerMinute: count(5, 1, 100, 'Over all workloads.'),
    scaleDownsPerMinute: count(3, 1, 100, 'Over all workloads.'),
    disruptionsPerMinute: count(5, 1, 100, 'Pods restarted or drained, over all workloads.'),
    maxOutOfDistribution: z
      .number()
      .min(0)
      .default(1)
      .describe(
        'How unusual an observation may be against those that a learned policy was trained on before it asks in place of acting; 1 is the 99.9th percentile of the training. Default 1.',
      ),
    minConfidence: share(0.7, 'A less confident proposal is not acted on by itself; it asks.'),
    staleAfter: duration('1m', '5s', '1h', 'Metrics and watches older than this lead to no action.'),
    proposalExpiry: duration('2m', '5s', '24h', 'How long a proposal waits for an answer.'),
    breaker: section({
      failures: count(3, 1, 100, 'Failed or regressed actions in a row that open the circuit breaker.'),
      openFor: duration('10m', '0s', '24h', 'How long it stays open before one action is tried.'),
    })
      .prefault({})
      .describe('Circuit breaker over all actions.'),
  })
    .superRefine(({ minReplicas, maxReplicas }, context) => {
      if (minReplicas <= maxReplicas) return;
      const message = `expected at most guard.maxReplicas, which is ${maxReplicas}`;
      context.addIssue({ code: 'custom', path: ['minReplicas'], message });
    })
    .prefault({})
    .describe('What keeps every action safe.'),
  metrics: section({
    prometheusUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address of Prometheus; found through the API server where absent.'),
    interval: duration('5s', '1s', '30s', 'How often metrics are read.'),
    window: durationBetween('10s', '1h')
      .optional()
      .describe(
        'Window of rates and percentiles, 10s…1h; four of Prometheus’ scrape intervals, at least 15s, where absent.',
      ),
    queries: queries
      .prefault({})
      .describe(
        'Replacements for the default queries, with the placeholders `$namespace`, `$pods` (a regular expression), `$window` and `$workload`.',
      ),
  })
    .prefault({})
    .describe('Where the numbers come from.'),
  chaos: section({
    enabled: z.boolean().default(true).describe('Whether faults may be injected at all.'),
    duration: duration('2m', '1s', '1h', 'How long an injected fault lasts unless it is told otherwise.'),
    provider: ChaosProviderName.or(z.literal('auto'))
      .default('auto')
      .describe(
        'Who carries faults out: `native` (the Kubernetes API alone), `chaos-mesh`, `litmus`, or `auto`, the first of Chaos Mesh, LitmusChaos and native that is installed and has the kind.',
      ),
    experiments: z
      .string()
      .optional()
      .describe('Folder of experiment files; `chaos` beside coxswain.yaml where absent.'),
    maxAffectedShare: share(
      0.5,
      'Share of a workload’s pods that one fault may hit; one pod is always allowed where another is ready.',
    ),
    maxConcurrent: count(
      3,
      1,
      100,
      'Faults of ours that may run at the same time, over all workloads; on one workload never two.',
    ),
    allowNodes: z
      .boolean()
      .default(false)
      .describe('Whether nodes may be cordoned, which concerns every workload on them.'),
    schedule: section({
      enabled: z.boolean().default(false).describe('Whether experiments are run by themselves.'),
      every: duration('5m', '10s', '720h', 'Time between two.'),
      jitter: duration('1m', '0s', '24h', 'Up to so much is added, at random.'),
      experiments: z
        .array(z.string().min(1))
        .default([])
        .describe('Names of the experiments to choose from, at random; each has to name its target.'),
    })
      .prefault({})
      .describe('The chaos loop: only in `namespaces`, never during a rollout or an open incident.'),
  })
    .prefault({})
    .describe('Fault injection.'),
  server: section({
    port: count(0, 0, 65_535, 'Loopback port of the stream and the dashboard; 0 takes a free one.'),
    rest: section({
      enabled: z.boolean().default(false).describe('Whether the REST service is opened (docs/rest.md).'),
      host: z
        .string()
        .default('127.0.0.1')
        .describe(
          'Address to listen on; anything but loopback needs `server.rest.tokenFile`. Default `127.0.0.1`.',
        ),
      port: count(0, 0, 65_535, 'Port of the REST service; 0 takes a free one.'),
      tokenFile: z
        .string()
        .optional()
        .describe('File with the bearer token; made up and kept in the state directory where absent.'),
      requestsPerMinute: count(600, 1, 100_000, 'Requests that one address may make in a minute.'),
    })
      .prefault({})
      .describe('The REST service: predictions, experience, chaos, health and metrics.'),
  })
    .prefault({})
    .describe('The WebSocket stream, the browser dashboard and the REST service.'),
  journal: section({
    directory: z
      .string()
      .optional()
      .describe('Where the journal lives; `coxswain/<context>` in the user’s state directory where absent.'),
  })
    .prefault({})
    .describe('The record of everything decided and done.'),
});

/** As the agent uses it: defaults filled in, durations in milliseconds. */
export type Config = z.output<typeof ConfigSchema>;

/** The configuration of somebody who wrote nothing. */
export const DEFAULT_CONFIG: Config = ConfigSchema.parse({});
