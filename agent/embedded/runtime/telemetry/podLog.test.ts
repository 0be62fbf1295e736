import { describe, expect, it } from 'vitest';
import { SimPod } from '../../../sim/pod';
import { DEFAULT_POD_MODEL } from '../../../sim/podModel';
import { Random } from '../../../sim/random';
import { PodLog } from './podLog';

function logOf(rate: number, steps: number): string[] {
  const random = new Random(1);
  const pod = new SimPod(DEFAULT_POD_MODEL);
  const log = new PodLog();
  pod.start(random);
  pod.arrivalRate = rate;
  for (let i = 0; i < steps; i++) {
    pod.step(0.25, random);
    log.sample(i * 250, pod, random);
  }
  return log.lines();
}

describe('PodLog', () => {
  it('shows notes and requests in their order', () => {
    const log = new PodLog();
    log.note(0, 'starting');
    log.note(1500, 'ready to serve');
    expect(log.lines()).toEqual([
      '1970-01-01T00:00:00.000Z INFO starting',
      '1970-01-01T00:00:01.500Z INFO ready to serve',
    ]);
  });

  it('samples the requests of the model', () => {
    const lines = logOf(50, 100);
    expect(lines.length).toBeGreaterThan(90);
    expect(lines.every((line) => /^\S+ INFO GET \/ 200 \d+\.\dms$/.test(line))).toBe(true);
  });

  it('shows errors in their proportion', () => {
    const errors = logOf(250, 400).filter((line) => line.includes(' ERROR GET / 503 '));
    // Half of the requests are refused at twice the speed, once the queue is full.
    expect(errors.length).toBeGreaterThan(150);
    expect(errors.length).toBeLessThan(250);
  });

  it('keeps the latest 500 lines', () => {
    const lines = logOf(50, 700);
    expect(lines).toHaveLength(500);
    expect(lines.at(-1)).toContain('1970-01-01T00:02:54.');
    expect([...lines].sort()).toEqual(lines);
  });

  it('is silent without traffic', () => {
    expect(logOf(0, 100)).toEqual([]);
  });
});
