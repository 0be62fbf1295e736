import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AgentSnapshot, FaultKind, JournalEvent, JournalRow, Result } from '../../protocol';
import { ActionEnds } from './actionEnds';
import { BoundedLabel } from './boundedLabel';
import { gaugesOf } from './gauges';
import { KNOWN_FROM_START, type KnownSeries, seriesOfFault, seriesOfRun } from './knownSeries';
import { METRICS, type MetricDefinition, type MetricName } from './metrics';

export interface ExporterOptions {
  /** Null where no cluster is steered. */
  snapshot(): AgentSnapshot | null;
  version: string;
  /** Wall time. */
  nowMs(): number;
}

type Prometheus = Pick<
  typeof import('prom-client'),
  'Counter' | 'Gauge' | 'Histogram' | 'Registry' | 'collectDefaultMetrics'
>;

/** Names of experiments, which people make up. */
const MOST_EXPERIMENTS = 100;
/** Labels of the actions of a policy, which may come from a file. */
const MOST_ACTIONS = 50;
/** Gauges of prom-client that are called as counters are; each has a twin by type with a right name. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];
/** Gauges that keep what an event has told; the others are read off the state when somebody asks. */
const FROM_EVENTS: ReadonlySet<MetricName> = new Set<MetricName>([
  'coxswain_build_info',
  'coxswain_resilience_score',
  'coxswain_out_of_distribution',
]);

/**
 * What is known of the agent, for Prometheus: counters and histograms from the rows of the journal as they are
 * appended, gauges from the state at the moment of the scrape. It asks nothing of the cluster, and steers nothing.
 */
export class Exporter {
  readonly #options: ExporterOptions;
  readonly #registry: Registry;
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #histograms = new Map<MetricName, Histogram>();
  readonly #actions = new ActionEnds();
  readonly #experiments = new BoundedLabel(MOST_EXPERIMENTS);
  readonly #predicted = new BoundedLabel(MOST_ACTIONS);
  /** Histograms that were set to 0. */
  readonly #begun = new Set<string>();
  /** Fault behind each open incident. */
  readonly #incidents = new Map<string, string | null>();

  constructor(prometheus: Prometheus, options: ExporterOptions) {
    this.#options = options;
    this.#registry = new prometheus.Registry();
    prometheus.collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    const isSteering = options.snapshot() !== null;
    for (const [name, definition] of Object.entries(METRICS) as [MetricName, MetricDefinition][]) {
      // A gauge without labels would be 0 where there is nothing to read it off.
      const isOfState = definition.type === 'gauge' && !FROM_EVENTS.has(name);
      if (isSteering || !isOfState) this.#create(prometheus, name, definition);
    }
    this.#gauges.get('coxswain_build_info')?.set({ version: options.version }, 1);
    if (isSteering) this.#begin(KNOWN_FROM_START);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything in the text format of Prometheus. */
  text(): Promise<string> {
    for (const [name, gauge] of this.#gauges) if (!FROM_EVENTS.has(name)) gauge.reset();
    const snapshot = this.#options.snapshot();
    const gauges = snapshot === null ? [] : gaugesOf(snapshot, this.#options.nowMs());
    for (const { name, labels, value } of gauges) {
      this.#gauges.get(name)?.set(labels, value);
    }
    return this.#registry.metrics();
  }

  rowAppended({ event }: JournalRow): void {
    this.#count('coxswain_journal_rows_total', { kind: event.kind });
    const end = this.#actions.observe(event);
    if (end) this.#count('coxswain_actions_total', { ...end });
    this.#observeEvent(event);
  }

  requestAnswered(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.#count('coxswain_rest_requests_total', { method, route, status: String(status) });
    this.#observe('coxswain_rest_request_seconds', { route }, seconds);
  }

  predicted({ task, label, confidence, outOfDistribution }: Result<'predict'> & { task: string }): void {
    this.#count('coxswain_predictions_total', { task, action: this.#predicted.of(label) });
    this.#observe('coxswain_prediction_confidence', { task }, confidence);
    const gauge = this.#gauges.get('coxswain_out_of_distribution');
    if (outOfDistribution === null) gauge?.remove({ task });
    else gauge?.set({ task }, outOfDistribution);
  }

  #observeEvent(event: JournalEvent): void {
    switch (event.kind) {
      case 'verdict':
        this.#count('coxswain_guard_verdicts_total', {
          rule: event.verdict.rule,
          verdict: event.verdict.outcome,
        });
        break;
      case 'decision':
        this.#observe('coxswain_decision_confidence', { kind: event.action.kind }, event.confidence);
        this.#observe('coxswain_decision_seconds', {}, event.decisionMs / 1000);
        break;
      case 'fault-started':
        this.#begin(seriesOfFault(event.faultKind));
        break;
      case 'experiment-started':
        this.#begin(seriesOfRun(this.#experiments.of(event.experiment)));
        break;
      case 'incident-opened':
        this.#incidents.set(event.incidentId, event.faultId);
        break;
      case 'incident-closed':
        this.#incidentClosed(event);
        break;
      case 'experiment-finished':
        this.#experimentFinished(event);
        break;
      // Incidents of the session before will not be heard of again.
      case 'agent-started':
        this.#incidents.clear();
    }
  }

  #incidentClosed(event: Extract<JournalEvent, { kind: 'incident-closed' }>): void {
    const { incidentId, recoverySeconds, detectionSeconds } = event;
    const fault_kind = this.#kindOf(this.#incidents.get(incidentId) ?? null);
    this.#begin(seriesOfFault(fault_kind));
    this.#incidents.delete(incidentId);
    this.#observe('coxswain_recovery_seconds', { fault_kind }, recoverySeconds);
    if (detectionSeconds !== null)
      this.#observe('coxswain_detection_seconds', { fault_kind }, detectionSeconds);
  }

  #kindOf(faultId: string | null): FaultKind | 'unknown' {
    return this.#options.snapshot()?.faults.find(({ id }) => id === faultId)?.kind ?? 'unknown';
  }

  #experimentFinished(event: Extract<JournalEvent, { kind: 'experiment-finished' }>): void {
    const experiment = this.#experiments.of(event.experiment);
    this.#count('coxswain_chaos_runs_total', { experiment, verdict: event.verdict });
    if (event.resilienceScore !== null) {
      this.#gauges.get('coxswain_resilience_score')?.set({ experiment }, event.resilienceScore);
    }
  }

  #begin(series: readonly KnownSeries[]): void {
    for (const { name, labels } of series) {
      this.#counters.get(name)?.inc(labels, 0);
      const key = name + JSON.stringify(labels);
      // Beginning anew would forget what was observed.
      if (!this.#begun.has(key)) this.#histograms.get(name)?.zero(labels);
      this.#begun.add(key);
    }
  }

  #count(name: MetricName, labels: Record<string, string>): void {
    this.#counters.get(name)?.inc(labels);
  }

  #observe(name: MetricName, labels: Record<string, string>, value: number): void {
    this.#histograms.get(name)?.observe(labels, value);
  }

  #create(prometheus: Prometheus, name: MetricName, { type, help, labels, buckets }: MetricDefinition): void {
    const common = { name, help, labelNames: [...labels], registers: [this.#registry] };
    switch (type) {
      case 'counter':
        this.#counters.set(name, new prometheus.Counter(common));
        break;
      case 'gauge':
        this.#gauges.set(name, new prometheus.Gauge(common));
        break;
      case 'histogram':
        this.#histograms.set(name, new prometheus.Histogram({ ...common, buckets: [...(buckets ?? [])] }));
    }
  }
}
