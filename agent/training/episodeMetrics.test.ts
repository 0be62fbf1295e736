import { expect, it } from 'vitest';
import { EpisodeMetrics, snakeCase } from './episodeMetrics';

const episode = { env: 0, terminated: false, length: 10 };

it('averages the episodes since it was asked last, and what an env tells of some of them', () => {
  const metrics = new EpisodeMetrics();
  metrics.add([{ ...episode, return: 1, info: { success: 1, meanPods: 4 } }]);
  metrics.add([
    { ...episode, return: 3, length: 20, info: { success: 0, meanPods: 6, recoverySeconds: 30 } },
  ]);
  expect(metrics.take()).toEqual({
    'rollout/ep_rew_mean': 2,
    'rollout/ep_len_mean': 15,
    'rollout/success_rate': 0.5,
    'env/mean_pods': 5,
    'env/recovery_seconds': 30,
  });
  expect(metrics.take()).toEqual({});
});

it.each([
  ['meanPods', 'mean_pods'],
  ['latencyP95Seconds', 'latency_p95_seconds'],
  ['costPer1000Requests', 'cost_per_1000_requests'],
])('logs %s as %s', (name, logged) => {
  expect(snakeCase(name)).toBe(logged);
});
