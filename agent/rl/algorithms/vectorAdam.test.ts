import { describe, expect, it } from 'vitest';
import { VectorAdam } from './vectorAdam';

const OPTIONS = { learningRate: 0.1, maxGradNorm: Number.POSITIVE_INFINITY, epsilon: 0 };

describe('Adam for a vector', () => {
  it('moves by the learning rate against the gradient in its first step, whatever the size', () => {
    const parameters = Float32Array.of(1, 1);
    new VectorAdam(2).step(parameters, Float64Array.of(0.001, -500), OPTIONS);
    expect(parameters[0]).toBeCloseTo(0.9, 6);
    expect(parameters[1]).toBeCloseTo(1.1, 6);
  });

  it('takes the second step as worked by hand', () => {
    const parameters = Float32Array.of(0);
    const adam = new VectorAdam(1);
    adam.step(parameters, Float64Array.of(1), OPTIONS);
    adam.step(parameters, Float64Array.of(-1), OPTIONS);
    // m̂ = (0.9·0.1 − 0.1) ÷ (1 − 0.81), v̂ = (0.999·0.001 + 0.001) ÷ (1 − 0.998001) = 1
    expect(parameters[0]).toBeCloseTo(-0.1 - (0.1 * -0.01) / 0.19, 6);
  });

  it('cuts the gradient to its greatest norm', () => {
    const cut = new VectorAdam(2);
    const scaled = new VectorAdam(2);
    cut.step(new Float32Array(2), Float64Array.of(3, 4), { ...OPTIONS, maxGradNorm: 0.5 });
    scaled.step(new Float32Array(2), Float64Array.of(0.3, 0.4), OPTIONS);
    for (const moment of ['firstMoment', 'secondMoment'] as const) {
      for (const index of [0, 1]) {
        expect(cut.read()[moment][index]).toBeCloseTo(scaled.read()[moment][index] as number, 9);
      }
    }
  });

  it('goes on from a saved state as if it had not stopped', () => {
    const [straight, resumed] = [new VectorAdam(1), new VectorAdam(1)];
    const [a, b] = [new Float32Array(1), new Float32Array(1)];
    for (const gradient of [1, 0.5]) straight.step(a, Float64Array.of(gradient), OPTIONS);
    b.set(a);
    resumed.write(straight.read());
    for (const gradient of [-2, 3]) {
      straight.step(a, Float64Array.of(gradient), OPTIONS);
      resumed.step(b, Float64Array.of(gradient), OPTIONS);
    }
    expect(b).toEqual(a);
    expect(resumed.read()).toEqual(straight.read());
  });
});
