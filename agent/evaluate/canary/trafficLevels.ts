import { SCENARIO_NAMES, type ScenarioName } from '../../sim/canary/scenario';

/** Requests per second of both versions together, by which the targets differ. */
export const LEVEL_NAMES = ['20-and-more', '5-to-20', '1-to-5', 'below-1', 'none'] as const;
export type LevelName = (typeof LEVEL_NAMES)[number];

interface TrafficLevel {
  /** For tables. */
  title: string;
  /** Logarithms are drawn uniformly from it. */
  requestsPerSecond: readonly [least: number, most: number];
}

export const TRAFFIC_LEVELS: Readonly<Record<LevelName, TrafficLevel>> = {
  '20-and-more': { title: '≥ 20 rps', requestsPerSecond: [20, 200] },
  '5-to-20': { title: '5–20 rps', requestsPerSecond: [5, 20] },
  '1-to-5': { title: '1–5 rps', requestsPerSecond: [1, 5] },
  'below-1': { title: '< 1 rps', requestsPerSecond: [0.2, 1] },
  none: { title: 'none', requestsPerSecond: [0.2, 1] },
};

/** What is played: a scenario at a level of traffic. */
export interface Cell {
  scenario: ScenarioName;
  level: LevelName;
}

/** Two scenarios say themselves how much traffic there is. */
const OWN_LEVELS: Partial<Record<ScenarioName, LevelName>> = {
  'low-traffic': 'below-1',
  'no-traffic': 'none',
};

/** Every scenario at each level that it can have. */
export const CELLS: readonly Cell[] = SCENARIO_NAMES.flatMap((scenario) => {
  const own = OWN_LEVELS[scenario];
  const levels = own ? [own] : LEVEL_NAMES.filter((level) => level !== 'none');
  return levels.map((level) => ({ scenario, level }));
});
