import type { Random } from '../../random';

/** Values that each setting may have, ascending. */
export type SettingsSpace<Settings> = { readonly [Key in keyof Settings]: readonly Settings[Key][] };

export interface SearchBudget {
  /** Settings that are drawn by chance. */
  draws: number;
  /** Changes of one value to a neighbour that are tried, at most. */
  changes: number;
}

/** Settings with the score of what they were chosen by: the first of many have had luck with it. */
export interface Found<Settings> {
  settings: Settings;
  score: number;
}

/**
 * Random search; then from the best of what was drawn, and from the next best while the budget lasts, each value to
 * its neighbours for as long as that helps.
 *
 * @param scoreOf greater is better; the same settings are scored once
 * @returns all that were tried, the best first
 */
export function searchSettings<Settings extends object>(
  space: SettingsSpace<Settings>,
  scoreOf: (settings: Settings) => number,
  budget: SearchBudget,
  random: Random,
): Found<Settings>[] {
  const keys = Object.keys(space) as (keyof Settings)[];
  const lengths = keys.map((key) => space[key].length);
  const search = new Search<Settings>(space, keys, scoreOf);
  const drawn = Array.from({ length: budget.draws }, () =>
    search.look(lengths.map((length) => random.below(length))),
  ).sort((a, b) => b.score - a.score);
  const most = search.tried + budget.changes;
  for (const start of drawn) if (search.tried < most) climb(search, start, lengths, most);
  return search.found();
}

interface Scored {
  places: Places;
  score: number;
}

/** To a neighbour that is better, until there is none or `most` have been tried. */
function climb<Settings extends object>(
  search: Search<Settings>,
  start: Scored,
  lengths: Places,
  most: number,
): void {
  for (const neighbour of neighboursOf(start.places, lengths)) {
    if (search.tried >= most) return;
    const next = search.look(neighbour);
    if (next.score <= start.score) continue;
    climb(search, next, lengths, most);
    return;
  }
}

type Places = readonly number[];

class Search<Settings extends object> {
  readonly #space: SettingsSpace<Settings>;
  readonly #keys: readonly (keyof Settings)[];
  readonly #scoreOf: (settings: Settings) => number;
  readonly #known = new Map<string, Scored>();

  constructor(
    space: SettingsSpace<Settings>,
    keys: readonly (keyof Settings)[],
    scoreOf: (settings: Settings) => number,
  ) {
    this.#space = space;
    this.#keys = keys;
    this.#scoreOf = scoreOf;
  }

  get tried(): number {
    return this.#known.size;
  }

  look(places: Places): Scored {
    const name = places.join();
    const scored = this.#known.get(name) ?? { places, score: this.#scoreOf(this.settingsAt(places)) };
    this.#known.set(name, scored);
    return scored;
  }

  found(): Found<Settings>[] {
    return [...this.#known.values()]
      .sort((a, b) => b.score - a.score)
      .map(({ places, score }) => ({ settings: this.settingsAt(places), score }));
  }

  settingsAt(places: Places): Settings {
    const entries = this.#keys.map((key, index) => [key, this.#space[key][places[index] as number]]);
    return Object.fromEntries(entries) as Settings;
  }
}

function neighboursOf(places: Places, lengths: Places): Places[] {
  return places.flatMap((place, index) =>
    [place - 1, place + 1]
      .filter((next) => next >= 0 && next < (lengths[index] as number))
      .map((next) => places.with(index, next)),
  );
}
