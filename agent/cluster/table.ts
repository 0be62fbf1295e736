import { isDeepStrictEqual } from 'node:util';
import type { Identified } from './model/meta';
import type { WatchEvent } from './watch';

/** Where a watch puts what it sees. */
export interface Sink<T> {
  /** All there is in a namespace (null: in the cluster), replacing what was known of it. */
  replace(namespace: string | null, items: readonly T[]): void;
  apply(event: WatchEvent<T>): void;
}

interface TableOptions<T> {
  /** Called after each real change; `undefined` stands for an item that was or is not there. */
  onChange(before: T | undefined, after: T | undefined): void;
  /** What is not kept is not there. */
  keep?(item: T): boolean;
}

/** The records of one kind, by namespace and name. A record that is equal to the stored one is no change. */
export class Table<T extends Identified> implements Sink<T> {
  readonly #byNamespace = new Map<string, Map<string, T>>();
  readonly #options: TableOptions<T>;

  constructor(options: TableOptions<T>) {
    this.#options = options;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#byNamespace.get(namespace)?.get(name);
  }

  inNamespace(namespace: string): Iterable<T> {
    return this.#byNamespace.get(namespace)?.values() ?? [];
  }

  *all(): Iterable<T> {
    for (const items of this.#byNamespace.values()) yield* items.values();
  }

  replace(namespace: string | null, items: readonly T[]): void {
    const present = new Set(items.map(keyOf));
    const known = namespace === null ? this.all() : this.inNamespace(namespace);
    for (const item of [...known]) if (!present.has(keyOf(item))) this.#remove(item);
    for (const item of items) this.#put(item);
  }

  apply({ type, item }: WatchEvent<T>): void {
    if (type === 'DELETED') this.#remove(item);
    else this.#put(item);
  }

  #put(item: T): void {
    if (this.#options.keep?.(item) === false) {
      this.#remove(item);
      return;
    }
    const before = this.get(item.namespace, item.name);
    if (isDeepStrictEqual(before, item)) return;
    let items = this.#byNamespace.get(item.namespace);
    if (!items) {
      items = new Map();
      this.#byNamespace.set(item.namespace, items);
    }
    items.set(item.name, item);
    this.#options.onChange(before, item);
  }

  #remove({ namespace, name }: T): void {
    const items = this.#byNamespace.get(namespace);
    const before = items?.get(name);
    if (!items || !before) return;
    items.delete(name);
    if (items.size === 0) this.#byNamespace.delete(namespace);
    this.#options.onChange(before, undefined);
  }
}

function keyOf({ namespace, name }: Identified): string {
  return `${namespace}/${name}`;
}
