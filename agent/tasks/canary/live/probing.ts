import type { Release } from '../../../cluster/releases';
import { toErrorInfo } from '../../../protocol';
import type { Chronicle } from './chronicle';
import type { ReleasePorts } from './releasePorts';

/** Asks for a canary that nobody asks for, once at a time. */
export class Probing {
  readonly #ports: Pick<ReleasePorts, 'probe'>;
  readonly #chronicle: Pick<Chronicle, 'probed'>;
  #isProbing = false;

  constructor(ports: Pick<ReleasePorts, 'probe'>, chronicle: Pick<Chronicle, 'probed'>) {
    this.#ports = ports;
    this.#chronicle = chronicle;
  }

  /** On its way when it returns. */
  probe(release: Release): void {
    if (this.#isProbing) return;
    this.#isProbing = true;
    this.#ports
      .probe(release)
      .catch((error: unknown) => `nobody could be asked: ${toErrorInfo(error).message}`)
      .then((text) => {
        this.#isProbing = false;
        this.#chronicle.probed(text);
      });
  }
}
