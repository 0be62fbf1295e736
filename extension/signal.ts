/** What ends something: vscode's Disposable, without needing vscode. */
export interface Disposable {
  dispose(): unknown;
}

/** An event without a vscode import, so that what it connects can be tested outside the editor. */
export class Signal<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  on(listener: (value: T) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
