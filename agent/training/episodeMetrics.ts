import type { Episode } from '../rl/env/vectorEnv';

/** Gathers the episodes between two points of a learning curve. */
export class EpisodeMetrics {
  #episodes: Episode[] = [];

  add(episodes: readonly Episode[]): void {
    for (const episode of episodes) this.#episodes.push(episode);
  }

  /** Means by the names of logs/metricNames; empty where no episode has ended. What was gathered is forgotten. */
  take(): Record<string, number> {
    const episodes = this.#episodes;
    this.#episodes = [];
    if (episodes.length === 0) return {};
    const metrics: Record<string, number> = {
      'rollout/ep_rew_mean': mean(episodes.map((episode) => episode.return)),
      'rollout/ep_len_mean': mean(episodes.map((episode) => episode.length)),
    };
    const names = new Set(episodes.flatMap(({ info }) => Object.keys(info)));
    for (const name of names) {
      const logged = name === 'success' ? 'rollout/success_rate' : `env/${snakeCase(name)}`;
      // An episode that has nothing to tell of a name is left out of its mean.
      metrics[logged] = mean(episodes.flatMap(({ info }) => info[name] ?? []));
    }
    return metrics;
  }
}

/** `latencyP95` is `latency_p95` in the logs, whose names are those of Python's trainers. */
export function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z])\d|[A-Z]/g, (first) => `_${first.toLowerCase()}`);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
