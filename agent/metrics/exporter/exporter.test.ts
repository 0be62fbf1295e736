import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { incidentClosed, incidentOpened } from '../../../test/support/incidentEvents';
import {
  exampleProposal,
  exampleRelease,
  exampleScaling,
  exampleScalingPoint,
  exampleWorkload,
  NOW_MS,
} from '../../../test/support/protocolExamples';
import {
  type AgentSnapshot,
  emptySnapshot,
  type Fault,
  type JournalEvent,
  type Sample,
  type ScalingState,
} from '../../protocol';
import { Exporter } from './exporter';
import { METRICS } from './metrics';

const PROMETHEUS = { collectDefaultMetrics, Counter, Gauge, Histogram, Registry };
const CHECKOUT = 'shop/Deployment/checkout';
const FAULT: Fault = {
  id: 'f1',
  workloadId: CHECKOUT,
  kind: 'cpu-stress',
  provider: 'chaos-mesh',
  runId: null,
  pods: [],
  startedAtMs: NOW_MS - 30_000,
  endedAtMs: null,
  state: 'running',
  text: 'CPU stress',
};
const RESTART = { kind: 'restart-pod', pod: 'checkout-a', podUid: 'u1' } as const;

function check(part: Partial<AgentSnapshot>, events: readonly JournalEvent[] = []) {
  const clock = { originMs: NOW_MS, wallOriginMs: 0, rate: 1 };
  const exporter = new Exporter(PROMETHEUS, {
    snapshot: () => ({ ...emptySnapshot('0.1.0', 1), clock, ...part }),
    version: '0.1.0',
    nowMs: () => 0,
  });
  for (const [seq, event] of events.entries()) exporter.rowAppended({ seq, atMs: 0, hash: '', event });
  return exporter;
}

/** The samples of one of our metrics, `{labels} value`. */
async function samples(exporter: Exporter, name: string): Promise<string[]> {
  const lines = (await exporter.text()).split('\n');
  return lines.flatMap((line) => {
    const match = /^(\w+)(\{[^}]*\})? (.+)$/.exec(line);
    return match?.[1] === name ? [`${match[2] ?? ''} ${match[3]}`.trim()] : [];
  });
}

/** Those that something has happened to. */
async function counted(exporter: Exporter, name: string): Promise<string[]> {
  return (await samples(exporter, name)).filter((sample) => !sample.endsWith(' 0'));
}

function verdict(proposalId: string, outcome: 'allow' | 'needs-approval' | 'deny'): JournalEvent {
  const ruling = { outcome, rule: outcome === 'deny' ? 'breaker' : 'mode', reason: '' };
  return { kind: 'verdict', workloadId: CHECKOUT, proposalId, action: RESTART, verdict: ruling };
}

function intent(transactionId: string, proposalId: string | null): JournalEvent {
  const rest = { action: RESTART, description: '', change: {} };
  return { kind: 'intent', workloadId: CHECKOUT, transactionId, proposalId, ...rest };
}

function result(transactionId: string, ended: 'done' | 'failed' | 'unknown'): JournalEvent {
  return { kind: 'result', workloadId: CHECKOUT, transactionId, result: ended, text: '' };
}

describe('the actions that are exported', () => {
  const outcome = (proposalId: string): JournalEvent => ({
    kind: 'outcome',
    workloadId: CHECKOUT,
    proposalId,
    outcome: 'recovered',
    text: '',
  });
  const lapsed: JournalEvent = {
    kind: 'lapsed',
    workloadId: CHECKOUT,
    proposalId: 'p',
    state: 'expired',
    why: '',
  };
  const rejected: JournalEvent = {
    kind: 'rejected',
    workloadId: CHECKOUT,
    proposalId: 'p',
    by: 'me',
    why: '',
  };

  it.each<[string, JournalEvent[], string[]]>([
    ['denied', [verdict('p', 'deny')], ['{kind="restart-pod",verdict="deny",outcome="denied"} 1']],
    ['that waits', [verdict('p', 'needs-approval')], []],
    [
      'approved, done and measured',
      [verdict('p', 'needs-approval'), intent('t', 'p'), result('t', 'done'), outcome('p')],
      ['{kind="restart-pod",verdict="needs-approval",outcome="recovered"} 1'],
    ],
    ['done and not measured yet', [verdict('p', 'allow'), intent('t', 'p'), result('t', 'done')], []],
    [
      'that failed, whose outcome is not told again',
      [verdict('p', 'allow'), intent('t', 'p'), result('t', 'failed'), outcome('p')],
      ['{kind="restart-pod",verdict="allow",outcome="failed"} 1'],
    ],
    [
      'rejected',
      [verdict('p', 'needs-approval'), rejected],
      ['{kind="restart-pod",verdict="needs-approval",outcome="rejected"} 1'],
    ],
    [
      'that lapsed',
      [verdict('p', 'needs-approval'), lapsed],
      ['{kind="restart-pod",verdict="needs-approval",outcome="expired"} 1'],
    ],
    ['of a fault, which is no action', [intent('t', null), result('t', 'failed')], []],
    ['of an agent before this one', [outcome('gone')], []],
  ])('count one %s', async (_what, events, expected) => {
    expect(await counted(check({}, events), 'coxswain_actions_total')).toEqual(expected);
  });

  it('tell which rule of the guard has ruled', async () => {
    const events = [verdict('a', 'deny'), verdict('b', 'deny'), verdict('c', 'allow')];
    expect(await counted(check({}, events), 'coxswain_guard_verdicts_total')).toEqual([
      '{rule="mode",verdict="allow"} 1',
      '{rule="breaker",verdict="deny"} 2',
    ]);
  });
});

describe('what is exported of a moment', () => {
  it('are mode, control, and what waits', async () => {
    const exporter = check({
      mode: 'auto',
      control: { kind: 'stopped', by: 'me', atMs: 0 },
      proposals: [exampleProposal(), exampleProposal({ id: 'p2', state: { kind: 'denied', atMs: 0 } })],
    });
    expect(await samples(exporter, 'coxswain_mode')).toEqual([
      '{mode="observe"} 0',
      '{mode="approve"} 0',
      '{mode="auto"} 1',
    ]);
    expect(await samples(exporter, 'coxswain_control')).toEqual([
      '{state="running"} 0',
      '{state="paused"} 0',
      '{state="stopped"} 1',
    ]);
    expect(await samples(exporter, 'coxswain_proposals_pending')).toEqual(['1']);
    expect(await samples(exporter, 'coxswain_connected')).toEqual(['0']);
  });

  it('is the health of workloads and namespaces, without those that nothing is known of', async () => {
    const workload = (name: string, health: 'healthy' | 'degraded' | 'failing' | 'unknown') =>
      exampleWorkload({ id: name, ref: { kind: 'Deployment', namespace: 'shop', name }, health });
    const workloads = [
      workload('a', 'healthy'),
      workload('b', 'degraded'),
      workload('c', 'failing'),
      workload('d', 'unknown'),
    ];
    const exporter = check({ workloads });
    expect(await samples(exporter, 'coxswain_workload_health')).toEqual([
      '{namespace="shop",workload="a"} 1',
      '{namespace="shop",workload="b"} 0.5',
      '{namespace="shop",workload="c"} 0',
    ]);
    expect(await samples(exporter, 'coxswain_health_score')).toEqual(['{namespace="shop"} 0.5']);
  });

  it('is how old data is, how long an incident is open, and the last reward', async () => {
    const incident = {
      id: 'i1',
      workloadId: CHECKOUT,
      symptom: '',
      detectedAtMs: NOW_MS - 12_000,
      faultAtMs: null,
      faultId: null,
      recoveredAtMs: null,
      actions: 0,
    };
    const sample = (reward: number | null, rewardTerms: Record<string, number>) =>
      ({ workloadId: CHECKOUT, reward, rewardTerms }) as unknown as Sample;
    const exporter = check({
      workloads: [exampleWorkload({ incident, data: { kind: 'stale', atMs: NOW_MS - 90_000, reason: '' } })],
      samples: {
        [CHECKOUT]: [sample(-1, { old: -1 }), sample(0.5, { health: 1, cost: -0.5 }), sample(null, {})],
      },
    });
    const labels = 'namespace="shop",workload="checkout"';
    expect(await samples(exporter, 'coxswain_data_age_seconds')).toEqual([`{${labels}} 90`]);
    expect(await samples(exporter, 'coxswain_incident_open_seconds')).toEqual([`{${labels}} 12`]);
    expect(await samples(exporter, 'coxswain_reward')).toEqual([
      `{${labels},term="health"} 1`,
      `{${labels},term="cost"} -0.5`,
    ]);
  });

  it('are the faults that run, at 0 once they are over', async () => {
    const over: Fault = { ...FAULT, id: 'f2', kind: 'pod-kill', state: 'ended', endedAtMs: NOW_MS };
    const exporter = check({ faults: [FAULT, { ...FAULT, id: 'f3', startedAtMs: NOW_MS - 5000 }, over] });
    expect(await samples(exporter, 'coxswain_chaos_faults_running')).toEqual([
      '{kind="cpu-stress",provider="chaos-mesh"} 2',
      '{kind="pod-kill",provider="chaos-mesh"} 0',
    ]);
    expect(await samples(exporter, 'coxswain_chaos_fault_open_seconds')).toEqual([
      '{kind="cpu-stress",provider="chaos-mesh"} 30',
      '{kind="pod-kill",provider="chaos-mesh"} 0',
    ]);
  });

  it('is the latest step of scaling, and who steers', async () => {
    const points = [exampleScalingPoint(0), exampleScalingPoint(1, { policyReplicas: 5, hpaReplicas: null })];
    const exporter = check({ scaling: [exampleScaling()], scalingPoints: { [CHECKOUT]: points } });
    const labels = 'namespace="shop",workload="checkout"';
    expect(await samples(exporter, 'coxswain_scaling_replicas')).toEqual([
      `{${labels},of="wanted"} 3`,
      `{${labels},of="ready"} 3`,
      `{${labels},of="policy"} 5`,
    ]);
    expect(await samples(exporter, 'coxswain_scaling_demand_pods')).toEqual([`{${labels}} 2.1`]);
    expect(await samples(exporter, 'coxswain_scaling_within_slo')).toEqual([`{${labels}} 0.998`]);
    expect(await samples(exporter, 'coxswain_scaling_cost_per_hour')).toEqual([
      `{${labels},of="actual"} 0.12`,
      `{${labels},of="baseline"} 0.16`,
    ]);
    expect(await counted(exporter, 'coxswain_scaling_steering')).toEqual([`{${labels},steering="shadow"} 1`]);
  });

  it.each<[string, ScalingState['handedBack'], string, string]>([
    ['nobody else steers', null, '0', '0'],
    ['a doubt has handed back', { atMs: 0, why: 'no data', retryAtMs: null }, '1', '0'],
    ['the breaker has opened', { atMs: 0, why: 'regressions', retryAtMs: 9 }, '1', '1'],
  ])('tells that %s, also before the first step', async (_what, handedBack, isBack, isOpen) => {
    const exporter = check({ scaling: [exampleScaling({ handedBack })] });
    const labels = '{namespace="shop",workload="checkout"}';
    expect(await samples(exporter, 'coxswain_scaling_handed_back')).toEqual([`${labels} ${isBack}`]);
    expect(await samples(exporter, 'coxswain_scaling_breaker_open')).toEqual([`${labels} ${isOpen}`]);
    expect(await samples(exporter, 'coxswain_scaling_replicas')).toEqual([]);
  });

  it('is the weight, the phase and the evidence of releases', async () => {
    const known = exampleRelease({ phase: 'progressing', weight: 25 });
    const ref = { ...known.ref, name: 'other' };
    const unknown = exampleRelease({ id: 'other', ref, weight: null, evidence: null });
    const exporter = check({ releases: [known, unknown] });
    const { namespace, kind, name } = known.ref;
    const labels = `namespace="${namespace}",kind="${kind}",name="${name}"`;
    expect(await samples(exporter, 'coxswain_release_weight')).toEqual([`{${labels}} 25`]);
    expect(await counted(exporter, 'coxswain_release_phase')).toContain(`{${labels},phase="progressing"} 1`);
    const harm = known.evidence?.errors.harm.log10;
    const evidence = await samples(exporter, 'coxswain_release_evidence_log10');
    expect(evidence).toHaveLength(4);
    expect(evidence).toContain(`{${labels},of="harm",by="errors"} ${harm}`);
  });

  it('is nothing where no cluster is steered, but for the program itself', async () => {
    const exporter = new Exporter(PROMETHEUS, { snapshot: () => null, version: '0.1.0', nowMs: () => 0 });
    for (const name of ['coxswain_connected', 'coxswain_mode', 'coxswain_actions_total']) {
      expect(await counted(exporter, name), name).toEqual([]);
    }
    expect(await samples(exporter, 'coxswain_build_info')).toEqual(['{version="0.1.0"} 1']);
  });

  it('is gone with the workload that it was of', async () => {
    let workloads = [exampleWorkload()];
    const exporter = new Exporter(PROMETHEUS, {
      snapshot: () => ({ ...emptySnapshot('0.1.0', 1), workloads }),
      version: '0.1.0',
      nowMs: () => 0,
    });
    expect(await samples(exporter, 'coxswain_workload_health')).toHaveLength(1);
    workloads = [];
    expect(await samples(exporter, 'coxswain_workload_health')).toEqual([]);
  });
});

describe('what is exported of events', () => {
  it('is detection and recovery, by the kind of the fault behind the incident', async () => {
    const exporter = check({ faults: [FAULT] }, [
      incidentOpened('a', 'f1'),
      incidentOpened('b', null),
      incidentClosed('a', 42, 1.5),
      incidentClosed('b', 7, null),
      incidentClosed('of an agent before', 9, null),
    ]);
    expect(await counted(exporter, 'coxswain_recovery_seconds_sum')).toEqual([
      '{fault_kind="unknown"} 16',
      '{fault_kind="cpu-stress"} 42',
    ]);
    expect(await counted(exporter, 'coxswain_detection_seconds_sum')).toEqual([
      '{fault_kind="cpu-stress"} 1.5',
    ]);
    expect(await samples(exporter, 'coxswain_recovery_seconds_bucket')).toContain(
      '{le="45",fault_kind="cpu-stress"} 1',
    );
  });

  it('is the verdict and the score of experiments, of which there are not too many names', async () => {
    const finished = (experiment: string, resilienceScore: number | null): JournalEvent => ({
      kind: 'experiment-finished',
      workloadId: CHECKOUT,
      runId: 'r',
      experiment,
      verdict: resilienceScore === null ? 'aborted' : 'passed',
      effect: null,
      resilienceScore,
      text: '',
    });
    const many = Array.from({ length: 150 }, (_, index) => finished(`made-up-${index}`, null));
    const exporter = check({}, [finished('pod-kill', 40), finished('pod-kill', 90), ...many]);
    expect(await samples(exporter, 'coxswain_resilience_score')).toEqual(['{experiment="pod-kill"} 90']);
    const runs = await samples(exporter, 'coxswain_chaos_runs_total');
    expect(runs).toContain('{experiment="pod-kill",verdict="passed"} 2');
    expect(runs).toContain('{experiment="other",verdict="aborted"} 51');
    expect(runs).toHaveLength(101);
  });

  it('are predictions, with how unusual the last observation was', async () => {
    const exporter = check({});
    const answer = { task: 'heal', action: 2, label: 'scale-up', confidence: 0.85, alternatives: [] };
    const policy = { policy: 'learned heal/3', observationSpec: 'heal/9' };
    exporter.predicted({ ...answer, ...policy, outOfDistribution: 1.5 });
    expect(await samples(exporter, 'coxswain_predictions_total')).toEqual([
      '{task="heal",action="scale-up"} 1',
    ]);
    expect(await samples(exporter, 'coxswain_out_of_distribution')).toEqual(['{task="heal"} 1.5']);
    exporter.predicted({ ...answer, ...policy, outOfDistribution: null });
    expect(await samples(exporter, 'coxswain_out_of_distribution')).toEqual([]);
  });

  it('is every row of the journal', async () => {
    const warning: JournalEvent = { kind: 'warning', workloadId: null, text: '' };
    expect(await samples(check({}, [warning, warning]), 'coxswain_journal_rows_total')).toEqual([
      '{kind="warning"} 2',
    ]);
  });
});

describe('the series of what is to be told of', () => {
  const begins = async (exporter: Exporter, name: string) => (await samples(exporter, name)).length;

  it('are 0 before it happens, so that Prometheus sees it happen', async () => {
    const exporter = check({});
    expect(await samples(exporter, 'coxswain_actions_total')).toContain(
      '{kind="scale",verdict="allow",outcome="regressed"} 0',
    );
    expect(await begins(exporter, 'coxswain_actions_total')).toBe(8 * (1 + 9 + 7));
    expect(await samples(exporter, 'coxswain_guard_verdicts_total')).toContain(
      '{rule="breaker",verdict="deny"} 0',
    );
  });

  it('begin with a fault and with a run, and what was counted stays', async () => {
    const started: JournalEvent = {
      kind: 'fault-started',
      workloadId: CHECKOUT,
      faultId: 'f1',
      faultKind: 'cpu-stress',
      text: '',
    };
    const run: JournalEvent = {
      kind: 'experiment-started',
      workloadId: CHECKOUT,
      runId: 'r',
      experiment: 'pod-kill',
      provider: 'native',
      by: 'me',
    };
    const closed = incidentClosed('i', 5, null);
    const opened = incidentOpened('i', 'f1');
    const exporter = check({}, [started, run]);
    const count = 'coxswain_recovery_seconds_count';
    expect(await samples(exporter, count)).toEqual([
      '{fault_kind="unknown"} 0',
      '{fault_kind="cpu-stress"} 0',
    ]);
    expect(await samples(exporter, 'coxswain_chaos_runs_total')).toContain(
      '{experiment="pod-kill",verdict="failed"} 0',
    );
    const twice = check({ faults: [FAULT] }, [opened, closed, started]);
    expect(await samples(twice, count)).toEqual(['{fault_kind="unknown"} 0', '{fault_kind="cpu-stress"} 1']);
  });
});

describe('the metrics', () => {
  it('are named as Prometheus wants it', async () => {
    for (const [name, { type, help, labels }] of Object.entries(METRICS)) {
      expect(name).toMatch(/^coxswain_[a-z0-9_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(help.length, name).toBeGreaterThan(10);
      expect(
        labels.filter((label) => !/^[a-z_]+$/.test(label)),
        name,
      ).toEqual([]);
    }
  });

  it('are all exported, and nothing else but those of the process', async () => {
    const types = [...(await check({}).text()).matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    const ours = types.flatMap(([, name = '', type]) =>
      /^(process|nodejs)_/.test(name) ? [] : [[name, type]],
    );
    expect(ours.sort()).toEqual(
      Object.entries(METRICS)
        .map(([name, { type }]) => [name, type])
        .sort(),
    );
    expect(types.map(([, name]) => name)).toContain('process_resident_memory_bytes');
  });
});
