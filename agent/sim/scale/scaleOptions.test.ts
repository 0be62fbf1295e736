import { describe, expect, it } from 'vitest';
import { isCoxswainError } from '../../protocol';
import { parseScaleOptions } from './scaleOptions';

describe('the options of the scale env', () => {
  it('are the defaults where nothing is said', () => {
    expect(parseScaleOptions({})).toMatchObject({
      spec: 'scale/36',
      minReplicas: 2,
      maxReplicas: 30,
      episodeSteps: 300,
      domain: {},
    });
  });

  it.each([
    [{ spec: 'scale/13' }, 'spec'],
    [{ reward: 'money' }, 'reward'],
    [{ families: [] }, 'families'],
    [{ families: ['calm'] }, 'families.0'],
    [{ violationPrice: -1 }, 'violationPrice'],
    [{ violationPrice: Number.NaN }, 'violationPrice'],
    [{ minReplicas: 0 }, 'minReplicas'],
    [{ minReplicas: 5, maxReplicas: 5 }, 'minReplicas'],
    [{ maxReplicas: 101 }, 'maxReplicas'],
    [{ episodeSteps: 2.5 }, 'episodeSteps'],
    [{ domain: { startupSeconds: -3 } }, 'domain.startupSeconds'],
    [{ domain: { colour: 1 } }, 'colour'],
    [{ trace: { values: [0, 0], intervalSeconds: 60 } }, 'trace.values'],
    [{ trace: { values: [1, 2], intervalSeconds: 0 } }, 'trace.intervalSeconds'],
    [{ weights: { latency: 1 } }, 'weights.latency'],
    [{ spec: 'scale/12', weights: { latency: -1 } }, 'weights.latency'],
    [{ pods: 3 }, 'pods'],
    ['scale', 'expected object'],
  ])('refuse %j and name %s', (options, name) => {
    let error: unknown;
    try {
      parseScaleOptions(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(isCoxswainError(error) && error.code).toBe('config-invalid');
    expect(String(error)).toContain(name);
  });
});
