import type { KubeObject } from '../../objectStore';
import type { SeriesStore } from '../../seriesStore';
import { conditions, nodeView } from '../kinds';
import { SeriesGroup } from './seriesGroup';

const STATUSES = ['true', 'false', 'unknown'];

/** What kube-state-metrics has about one node. */
export class NodeMetrics {
  readonly #node: SeriesGroup;
  readonly #conditions = new Map<string, SeriesGroup>();
  readonly #store: SeriesStore;
  readonly #name: string;

  constructor(store: SeriesStore, name: string) {
    this.#store = store;
    this.#name = name;
    this.#node = new SeriesGroup(store, { node: name });
  }

  scrape(atMs: number, node: KubeObject): void {
    this.#node.append(atMs, 'kube_node_spec_unschedulable', nodeView(node).unschedulable ? 1 : 0);
    for (const { type, status } of conditions(node)) {
      const group = this.#ofCondition(type);
      for (const candidate of STATUSES) {
        const value = status.toLowerCase() === candidate ? 1 : 0;
        group.append(atMs, 'kube_node_status_condition', value, 'status', candidate);
      }
    }
  }

  end(atMs: number): void {
    this.#node.end(atMs);
    for (const group of this.#conditions.values()) group.end(atMs);
  }

  #ofCondition(condition: string): SeriesGroup {
    const known = this.#conditions.get(condition);
    if (known) return known;
    const group = new SeriesGroup(this.#store, { node: this.#name, condition });
    this.#conditions.set(condition, group);
    return group;
  }
}
