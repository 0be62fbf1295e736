import { resolve } from 'node:path';
import type { Experiment } from '../chaos/experiment/experiment';
import { parseExperiment } from '../chaos/experiment/parse';
import { providerNamed } from '../chaos/providers/providers';
import { renderExperiment } from '../chaos/providers/render';
import type { Workload } from '../cluster/snapshot';
import { readConfigText } from '../config/source';
import { type ChaosProviderName, CoxswainError, type WorkloadRef } from '../protocol';
import { print } from './output';

export interface RenderOptions {
  provider: ChaosProviderName;
  workload?: string;
  labels?: string;
  pods: number;
}

/** Prints an experiment in the words of a chaos tool. Of the target only what is said of it is known. */
export function render(file: string, options: RenderOptions): void {
  if (options.provider === 'native') {
    throw new CoxswainError(
      'usage',
      'What the Kubernetes API alone does depends on the pods that there are, and is no object that could be kept.',
      'Let `coxswain chaos verify` show what would be sent, or name another provider.',
    );
  }
  const path = resolve(file);
  const experiment = parseExperiment(readConfigText(path, 'Check the path and its permissions.'), path);
  const ref = targetOf(experiment, options.workload);
  const target = {
    workload: unseenWorkload(ref, labelsOf(options.labels, ref.name), options.pods),
    nodes: new Map(),
    name: `coxswain-${experiment.name}`,
    runId: null,
    nowMs: Date.now(),
    random: Math.random,
  };
  print(renderExperiment(experiment, providerNamed(options.provider), target).trimEnd());
}

function targetOf({ name: experiment, target }: Experiment, wanted: string | undefined): WorkloadRef {
  const [namespace, name] =
    wanted === undefined ? [target?.namespace, target?.deployment] : wanted.split('/');
  if (namespace && name) return { kind: 'Deployment', namespace, name };
  throw new CoxswainError(
    'usage',
    wanted === undefined ? `Experiment ${experiment} names no target.` : `"${wanted}" is not a workload.`,
    'Say which workload is meant: --workload namespace/name.',
  );
}

function labelsOf(text: string | undefined, name: string): Record<string, string> {
  if (text === undefined) return { app: name };
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  if (pairs.every(([key, value, ...rest]) => key && value && rest.length === 0))
    return Object.fromEntries(pairs);
  throw new CoxswainError('usage', `"${text}" are no labels.`, 'Write them as key=value,key=value.');
}

/** A Deployment that nobody has looked at. */
function unseenWorkload(ref: WorkloadRef, labels: Readonly<Record<string, string>>, count: number): Workload {
  return {
    ref,
    uid: '',
    resourceVersion: '',
    labels,
    annotations: {},
    annotated: false,
    templateAnnotated: false,
    selector: labels,
    desiredReplicas: count,
    readyReplicas: count,
    rollingOut: false,
    rolloutStalled: false,
    owners: [],
    autoscalers: [],
    disruptionBudgets: [],
    services: [],
    pods: Array.from({ length: count }, (_, index) => unseenPod(`${ref.name}-${index + 1}`, labels)),
    containers: [],
    maxUnavailable: 0,
    cpuLimitCores: null,
    cpuRequestCores: null,
    memoryRequestBytes: null,
    memoryLimitBytes: null,
    events: [],
  };
}

function unseenPod(name: string, labels: Readonly<Record<string, string>>): Workload['pods'][number] {
  return {
    name,
    uid: '',
    resourceVersion: '',
    labels,
    phase: 'Running',
    status: 'Running',
    ready: true,
    readyChangedAtMs: 0,
    createdAtMs: 0,
    startedAtMs: 0,
    deletingSinceMs: null,
    restarts: 0,
    waitingReason: null,
    lastTermination: null,
    node: null,
    drained: false,
    templateHash: null,
  };
}
