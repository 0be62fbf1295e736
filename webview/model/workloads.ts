import { type AgentSnapshot, formatAge, type WorkloadState } from '../../agent/protocol';

/** The workload that was chosen; without a choice the one most in need of a look, then the one acted on last. */
export function shownWorkload(
  workloads: readonly WorkloadState[],
  chosenId: string | null,
): WorkloadState | null {
  const chosen = workloads.find((workload) => workload.id === chosenId);
  if (chosen) return chosen;
  const byNeed = workloads.toSorted(
    (a, b) =>
      URGENCY.indexOf(a.health) - URGENCY.indexOf(b.health) ||
      (b.lastAction?.atMs ?? 0) - (a.lastAction?.atMs ?? 0),
  );
  return byNeed[0] ?? null;
}

const URGENCY: WorkloadState['health'][] = ['failing', 'degraded', 'warming', 'healthy', 'unknown'];

/** What is said under a workload's name: first what is wrong with its data, then with itself. */
export function workloadNote({ data, health, healthReason, steering }: WorkloadState, nowMs: number): string {
  if (data.kind === 'none') return `no data: ${data.reason}`;
  if (data.kind === 'stale') return `stale for ${formatAge(nowMs - data.atMs)}`;
  if (health !== 'healthy') return healthReason ? `${health}: ${healthReason}` : health;
  return steering.kind === 'observe-only' ? 'healthy, observe only' : 'healthy';
}

/** Names are enough where no two namespaces have the same. */
export function workloadLabel(workload: WorkloadState, workloads: readonly WorkloadState[]): string {
  const { namespace, name } = workload.ref;
  const unique = workloads.every((other) => other.ref.namespace === namespace);
  return unique ? name : `${namespace}/${name}`;
}

const SPARKLINE_POINTS = 60;

/** SVG path of the last p95 latencies in a box; gaps stay gaps, and the SLO keeps calm series low. */
export function sparklinePath(
  samples: AgentSnapshot['samples'][string],
  sloMs: number,
  width: number,
  height: number,
): string {
  const recent = samples.slice(-SPARKLINE_POINTS).map((sample) => sample.latencyP95Ms);
  const top = Math.max(sloMs, ...recent.map((value) => value ?? 0));
  let pen = 'M';
  return recent
    .map((value, index) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const x = (index * width) / (SPARKLINE_POINTS - 1);
      const y = height - 1 - (value / top) * (height - 2);
      const command = `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = 'L';
      return command;
    })
    .join('');
}
