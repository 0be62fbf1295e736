import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster } from '../../agent/cluster/connection';
import { ConfigSchema } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { startEmbeddedCluster } from '../../agent/embedded/cluster';
import { DEMO_NAMESPACE } from '../../agent/embedded/demo/app';
import type { FaultKind, RecoveryStatistics } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import type { Row } from './row';

const RATE = 20;
const SEED = 7;
/** Of each kind on each of the shop's three workloads, one after the other. */
const KINDS: readonly FaultKind[] = [
  'cpu-stress',
  'network-delay',
  'memory-stress',
  'network-loss',
  'pod-failure',
  'http-abort',
];
const FAULT_SECONDS = 120;
/** From one round of faults to the next: the fault, and time to be calm again. */
const ROUND_MS = 210_000;
const CALM_MS = 60_000;

/** What steers: a rule of the config, or a policy that comes with Coxswain. */
const ARMS = [
  { name: 'do nothing', policy: 'do-nothing', shipped: null },
  { name: 'runbook', policy: 'runbook', shipped: null },
  { name: 'PPO on heal/54', policy: 'runbook', shipped: 'heal-54-ppo' },
] as const;
type Arm = (typeof ARMS)[number];

/**
 * Recovery as the running agent's own journal tells it, from injection records, on the embedded cluster in mode
 * `auto`: the same faults in the same order for each arm. Nobody approves what is not sure enough to be done.
 */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const arm of ARMS) rows.push(...rowsOf(arm, await recoveries(arm)));
  return rows;
}

async function recoveries(arm: Arm): Promise<RecoveryStatistics> {
  const directory = mkdtempSync(join(tmpdir(), 'coxswain-bench-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const cluster = await startEmbeddedCluster({
    kubeconfigPath: kubeconfig,
    rate: RATE,
    seed: SEED,
    demo: true,
  });
  const agent = await Agent.start({
    version: '0.0.0',
    stateDirectory: directory,
    openConfig: () => fixedConfig(ConfigSchema.parse({ mode: 'auto', heal: { policy: arm.policy } })),
    trusted: true,
    assetsDirectory: join(process.cwd(), 'dist'),
    log: () => undefined,
  });
  try {
    await agent.handle('connect', { kubeconfig }, 'benchmark');
    if (arm.shipped) await promote(agent, arm.shipped);
    await play(agent, kubeconfig);
    return (await agent.handle('recoveryStatistics', {}, 'benchmark')).statistics;
  } finally {
    await agent.close('the benchmark is over');
    await cluster.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function promote(agent: Agent, name: string): Promise<void> {
  const { models } = await agent.handle('models', {}, 'benchmark');
  const model = models.find(({ shippedAs }) => shippedAs === name);
  if (!model) throw new Error(`${name} does not come with this build`);
  await agent.handle('promoteModel', { task: 'heal', version: model.version, confirmed: true }, 'benchmark');
}

async function play(agent: Agent, kubeconfigPath: string): Promise<void> {
  const { clock, close } = await connectCluster({
    kubeconfigPath,
    namespaces: [DEMO_NAMESPACE],
    onChange: () => undefined,
    onTrouble: () => undefined,
    onWarning: () => undefined,
  });
  const sleep = (ms: number) => new Promise<void>((resolve) => void clock.schedule(ms, resolve));
  try {
    await sleep(CALM_MS);
    for (const [round] of KINDS.entries()) {
      const ids = agent.snapshot().workloads.map(({ id }) => id);
      for (const [place, workloadId] of ids.entries()) {
        const kind = KINDS[(round + place) % KINDS.length];
        if (kind)
          await agent.handle(
            'injectFault',
            { workloadId, kind, durationSeconds: FAULT_SECONDS },
            'benchmark',
          );
      }
      await sleep(ROUND_MS);
    }
  } finally {
    await close();
  }
}

function rowsOf({ name }: Arm, { all, byKind, actionsWithoutIncident }: RecoveryStatistics): Row[] {
  const row = (what: string, value: number, unit: string): Row => ({ name: `${name}: ${what}`, value, unit });
  return [
    row(`incidents recovered of ${all.incidents}`, all.recovered, ''),
    row('recovery, median', all.recoverySeconds?.median ?? Number.NaN, 's'),
    row('recovery, 95th percentile', all.recoverySeconds?.p95 ?? Number.NaN, 's'),
    row('detection, median', all.detectionSeconds?.median ?? Number.NaN, 's'),
    row('actions', all.actions, ''),
    row('actions without effect, and with harm', all.ineffectiveActions + all.harmfulActions, ''),
    row('actions without an incident', actionsWithoutIncident, ''),
    ...byKind.map(({ kind, recoverySeconds }) =>
      row(`recovery from ${kind}, median`, recoverySeconds?.median ?? Number.NaN, 's'),
    ),
  ];
}
