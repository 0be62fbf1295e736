/** What `coxswain simulate` can play, as the palette says it. */
export const SIMULATIONS = [
  {
    kind: 'hpa',
    title: 'HPA alone',
    detail: 'What the autoscaler that you have makes of the load.',
  },
  {
    kind: 'learned',
    title: 'Learned scaler',
    detail: 'The scaler that steers, in charge of the replicas.',
  },
  {
    kind: 'side-by-side',
    title: 'Side by side',
    detail: 'Both under the same load, at the same time: violations, cost and actions beside each other.',
  },
  {
    kind: 'rehearsal',
    title: 'Production rehearsal',
    detail:
      'Both, and the scaler takes over by itself: a pod of each dies, its metrics get lost, and the HPA has to be in charge again.',
  },
] as const;
export type SimulationKind = (typeof SIMULATIONS)[number]['kind'];

/** Loads that the CLI knows by name. */
export const LOADS = [
  { name: 'gradual', detail: 'From 10 users over 50 to 100, and down to none, in 12 minutes.' },
  { name: 'spike', detail: 'To 200 users within a minute, and back.' },
  { name: 'sustained', detail: '100 users for 10 minutes.' },
] as const;

/** The load of a simulation: one of a name, stages in the notation of k6, or a file of a trace. */
export type SimulationLoad =
  | { by: 'name'; name: string }
  | { by: 'stages'; stages: string }
  | { by: 'trace'; path: string };

/** Arguments of `coxswain` for a simulation that writes its report to a file. */
export function simulationArgs(kind: SimulationKind, load: SimulationLoad, output: string): string[] {
  return ['simulate', kind, ...loadArgs(load), '--format', 'html', '--output', output];
}

function loadArgs(load: SimulationLoad): string[] {
  switch (load.by) {
    case 'name':
      return ['--load', load.name];
    case 'stages':
      return ['--stages', load.stages];
    case 'trace':
      return ['--trace', load.path];
  }
}

/** What is wrong with a text of stages such as `2m:10,5m:50`, or null. */
export function stagesProblem(text: string): string | null {
  const isFine = text.split(',').every((stage) => /^\s*(\d+[hms])+:\d+\s*$/.test(stage));
  return isFine ? null : 'Write duration:users with commas between, for example 2m:10,5m:50,2m:0.';
}
