import type { Release } from '../../../cluster/releases';
import type { Config } from '../../../config/schema';
import { type Shown, shownOf } from '../operations/releaseShown';
import { type UnderWay, underWayOf } from './underWay';

/** What is seen of one release; read anew only where its objects, or the config, are others. */
export class Sight {
  release: Release;
  #shown: Shown;
  #underWay: UnderWay | null = null;
  /** What both were read from. */
  #readFrom: { release: Release; by: Config['canary'] } | null = null;

  constructor(release: Release, config: Config) {
    this.release = release;
    this.#shown = shownOf(release, config);
  }

  get shown(): Shown {
    return this.#shown;
  }

  /** As it was looked at last. */
  get underWay(): UnderWay | null {
    return this.#underWay;
  }

  look(config: Config): UnderWay | null {
    const { release } = this;
    if (this.#readFrom?.release === release && this.#readFrom.by === config.canary) return this.#underWay;
    this.#readFrom = { release, by: config.canary };
    this.#shown = shownOf(release, config);
    this.#underWay = underWayOf(release, this.#shown.phase);
    return this.#underWay;
  }
}
