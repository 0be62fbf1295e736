import { describe, expect, it } from 'vitest';
import { LoadShape } from './load';
import { SimPod } from './pod';
import { DEFAULT_POD_MODEL } from './podModel';
import { Simulation } from './simulation';

const load = (requestsPerSecond: number, noise = 0) =>
  LoadShape.parse({ kind: 'constant', requestsPerSecond, noise });

function simulationOf(podCount: number, seed = 1) {
  const simulation = new Simulation(seed);
  const pods = Array.from({ length: podCount }, () => new SimPod(DEFAULT_POD_MODEL));
  for (const pod of pods) {
    simulation.addPod(pod);
    pod.start(simulation.random);
  }
  return { simulation, pods };
}

describe('Simulation', () => {
  it('spreads the load of a service evenly over its pods, and none over the others', () => {
    const { simulation, pods } = simulationOf(3);
    simulation.addService(load(100)).pods = pods.slice(0, 2);
    for (let i = 0; i < 400; i++) simulation.step(0.5);
    const [first, second, third] = pods.map((pod) => pod.arrivals / 200);
    expect((first ?? 0) / 50).toBeCloseTo(1, 1);
    expect((second ?? 0) / 50).toBeCloseTo(1, 1);
    expect(third).toBe(0);
  });

  it('adds up the loads of services that share a pod', () => {
    const { simulation, pods } = simulationOf(1);
    simulation.addService(load(20)).pods = pods;
    simulation.addService(load(30)).pods = pods;
    simulation.step(1);
    expect(pods[0]?.arrivalRate).toBe(50);
  });

  it('counts requests that find no pod', () => {
    const { simulation } = simulationOf(0);
    const service = simulation.addService(load(100));
    for (let i = 0; i < 100; i++) simulation.step(1);
    expect(service.unrouted / 10_000).toBeCloseTo(1, 1);
  });

  it('sends nothing more for a service that was removed', () => {
    const { simulation, pods } = simulationOf(1);
    const service = simulation.addService(load(100));
    service.pods = pods;
    simulation.removeService(service);
    simulation.step(1);
    expect(pods[0]?.arrivals).toBe(0);
  });

  it('gives the same bits for the same seed', () => {
    const run = (seed: number) => {
      const { simulation, pods } = simulationOf(4, seed);
      simulation.addService(load(300, 0.1)).pods = pods;
      for (let i = 0; i < 1000; i++) simulation.step(0.25);
      return pods.map((pod) => [pod.arrivals, pod.succeeded, pod.latencySecondsSum, pod.cpuSeconds]);
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });
});
