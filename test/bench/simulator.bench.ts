import { SimPod } from '../../agent/sim/pod';
import { DEFAULT_POD_MODEL } from '../../agent/sim/podModel';
import { Simulation } from '../../agent/sim/simulation';
import { compared, type Row } from './row';

const PODS = 5;
const STEPS = 1_000_000;
const LIMIT_STEPS_PER_SECOND = 500_000;

/** Steps of one workload with five pods under a daily load, one second each, on one core. */
export async function run(): Promise<Row[]> {
  stepMany(STEPS / 10);
  const startedMs = performance.now();
  stepMany(STEPS);
  const perSecond = STEPS / ((performance.now() - startedMs) / 1000);
  return [
    compared(`simulator, workload of ${PODS} pods`, perSecond, 'steps/s', {
      name: 'at least',
      value: LIMIT_STEPS_PER_SECOND,
    }),
  ];
}

function stepMany(steps: number): void {
  const simulation = new Simulation(1);
  const service = simulation.addService({
    kind: 'sine',
    mean: 300,
    amplitude: 150,
    periodSeconds: 86_400,
    noise: 0.05,
    startAfterSeconds: 0,
  });
  const pods = Array.from({ length: PODS }, () => new SimPod(DEFAULT_POD_MODEL));
  for (const pod of pods) {
    pod.start(simulation.random);
    simulation.addPod(pod);
  }
  service.pods = pods;
  for (let step = 0; step < steps; step += 1) simulation.step(1);
}
