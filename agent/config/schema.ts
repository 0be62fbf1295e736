import * as z from 'zod';
import { Mode } from '../protocol';
import { durationBetween } from './duration';

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
});

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
      'Namespaces whose workloads may be acted on. Empty: the namespace that the kubeconfig context names, if it names one. The others are shown, never touched.',
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
        observeOnly: z.boolean().default(false).describe('Show this workload, never act on it.'),
      }).describe('Settings of one workload.'),
    )
    .default({})
    .describe('Settings of single workloads, by `namespace/name`.'),
  heal: section({
    policy: z
      .enum(['runbook', 'always-restart', 'random', 'do-nothing'])
      .default('runbook')
      .describe('Which policy decides.'),
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
    confirmFor: duration('10s', '0s', '1h', 'How long a symptom in the metrics must last before it counts.'),
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
    saturation: share(0.85, 'CPU share of the limit from which a workload counts as saturated.'),
    idleFor: duration(
      '5m',
      '0s',
      '24h',
      'How long a workload must be healthy with capacity to spare before a replica that was added is taken back.',
    ),
    maxIneffective: count(2, 1, 10, 'Actions without effect in one incident before the policy gives up.'),
  })
    .prefault({})
    .describe('The task that recovers failing workloads.'),
  guard: section({
    minReplicas: count(1, 1, 1000, 'Never fewer; at most `guard.maxReplicas`.'),
    maxReplicas: count(10, 1, 1000, 'Never more.'),
    actionInterval: duration('1m', '0s', '24h', 'At most one action per workload in this time.'),
    scaleUpCooldown: duration('30s', '0s', '24h', 'Between two scale-ups of a workload.'),
    scaleDownCooldown: duration('3m', '0s', '24h', 'Between any scaling and a scale-down of a workload.'),
    scaleUpsPerMinute: count(5, 1, 100, 'Over all workloads.'),
    scaleDownsPerMinute: count(3, 1, 100, 'Over all workloads.'),
    disruptionsPerMinute: count(5, 1, 100, 'Pods restarted or drained, over all workloads.'),
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
    window: duration('1m', '10s', '1h', 'Window of rates and percentiles; at least four scrape intervals.'),
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
  })
    .prefault({})
    .describe('Fault injection.'),
  server: section({
    port: count(0, 0, 65_535, 'Loopback port of the stream and the dashboard; 0 takes a free one.'),
  })
    .prefault({})
    .describe('The WebSocket stream and the browser dashboard.'),
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
