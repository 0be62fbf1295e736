import type { Config } from '../../../config/schema';
import type { ReleaseSteering, WorkloadRef } from '../../../protocol';
import { type ReleaseSettings, releaseSettingsOf } from './releaseSettings';

/** How much say the controller has over one release, and by what settings. */
export class Steering {
  readonly #ref: WorkloadRef;
  #settings: ReleaseSettings;
  /** What people have said since the config was read; null where the config counts. */
  #said: ReleaseSteering | null = null;

  constructor(ref: WorkloadRef, config: Config) {
    this.#ref = ref;
    this.#settings = releaseSettingsOf(ref, config);
  }

  get settings(): ReleaseSettings {
    return this.#settings;
  }

  /** What people have said since the config was read, else what that says. */
  get wanted(): ReleaseSteering {
    return this.#said ?? this.#settings.steering;
  }

  say(steering: ReleaseSteering): void {
    this.#said = steering;
  }

  /** @returns whether evidence is gathered for other bars from now on */
  reread(config: Config): boolean {
    const before = this.#settings;
    this.#settings = releaseSettingsOf(this.#ref, config);
    // Who writes it into the config means it, whatever was said before.
    if (this.#settings.steering !== before.steering) this.#said = null;
    return JSON.stringify(this.#settings.evidence) !== JSON.stringify(before.evidence);
  }
}
