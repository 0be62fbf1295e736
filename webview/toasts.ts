import type { ErrorInfo } from '../agent/protocol';
import type { Toast } from './view/view';

const MOST_TOASTS = 4;
const DONE_SHOWN_MS = 6000;

/** What was done or failed lately. Good news goes by itself, failures stay until they are dismissed. */
export class Toasts {
  list: readonly Toast[] = [];
  #nextId = 1;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  done(text: string): void {
    const id = this.#nextId++;
    this.#set([...this.list, { id, kind: 'done', text }]);
    setTimeout(() => this.dismiss(id), DONE_SHOWN_MS);
  }

  failed(what: string, error: ErrorInfo): void {
    const others = this.list.filter(
      (toast) => toast.kind === 'done' || toast.error.message !== error.message,
    );
    this.#set([...others, { id: this.#nextId++, kind: 'failed', what, error }]);
  }

  dismiss(id: number): void {
    this.#set(this.list.filter((toast) => toast.id !== id));
  }

  #set(list: Toast[]): void {
    this.list = list.slice(-MOST_TOASTS);
    this.#changed();
  }
}
