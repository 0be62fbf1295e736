import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createPrivately } from '../../journal/privateFile';
import { CoxswainError, type ParsedParams, type Result } from '../../protocol';

type Transitions = ParsedParams<'addExperience'>['transitions'];

/** More than any training takes; whoever has the token must not fill the disk. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Experience that was sent in, one transition a line as JSON: what a training elsewhere can be fed with. */
export class ExperienceFile {
  readonly #path: string;
  #total: number;

  constructor(path: string) {
    this.#path = path;
    this.#total = existsSync(path) ? countLines(readFileSync(path)) : 0;
  }

  /** @throws CoxswainError `disk-full` */
  add(transitions: Transitions): Result<'addExperience'> {
    const text = transitions.map((transition) => `${JSON.stringify(transition)}\n`).join('');
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      createPrivately(this.#path);
      if (statSync(this.#path).size + text.length > MOST_BYTES) throw new Error('it is as long as it may be');
      appendFileSync(this.#path, text);
    } catch (cause) {
      throw new CoxswainError(
        'disk-full',
        `The experience cannot be written to ${this.#path}: ${(cause as Error).message}.`,
        'Make room on the disk, or move the file away.',
        { cause },
      );
    }
    this.#total += transitions.length;
    return { stored: transitions.length, total: this.#total };
  }
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
