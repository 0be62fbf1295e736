import type { Clock } from '../../clock';
import type { KubeObject, ObjectStore } from '../objectStore';
import { EVENTS } from '../store/resourceTypes';
import { rfc3339 } from '../store/timestamp';

/** As kube-apiserver's default `--event-ttl`. */
const EVENT_TTL_MS = 3_600_000;

export interface EventText {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** The component that reports it, for example `kubelet`. */
  component: string;
  /** For the kubelet's events: the node it runs on. */
  host?: string;
}

/** Writes Kubernetes Events. The same text about the same object counts up instead of making another. */
export class EventRecorder {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  /** Names of the events by what they say; the one that has not recurred for longest comes first. */
  readonly #known = new Map<string, { namespace: string; name: string }>();
  #sequence = 0;
  #sweepAtMs = Number.POSITIVE_INFINITY;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  record(about: KubeObject, text: EventText): void {
    const identity = [about.metadata.uid, text.type, text.reason, text.message, text.component].join('\n');
    const lastTimestamp = rfc3339(this.#clock.nowMs());
    const known = this.#known.get(identity);
    this.#known.delete(identity);
    if (known && this.#store.get(EVENTS, known.namespace, known.name)) {
      this.#store.update(EVENTS, known.namespace, known.name, (event) => {
        event.count = Number(event.count) + 1;
        event.lastTimestamp = lastTimestamp;
      });
      this.#known.set(identity, known);
    } else {
      this.#known.set(identity, this.#create(about, text, lastTimestamp));
    }
    this.#sweepAtMs = Math.min(this.#sweepAtMs, this.#clock.nowMs() + EVENT_TTL_MS);
  }

  /** Removes events that have not recurred for an hour. */
  removeExpired(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#sweepAtMs) return;
    this.#sweepAtMs = Number.POSITIVE_INFINITY;
    for (const [identity, { namespace, name }] of this.#known) {
      const event = this.#store.get(EVENTS, namespace, name);
      const untilMs = event ? Date.parse(String(event.lastTimestamp)) + EVENT_TTL_MS : 0;
      if (untilMs > nowMs) {
        this.#sweepAtMs = untilMs;
        return;
      }
      this.#known.delete(identity);
      if (event) this.#store.delete(EVENTS, namespace, name);
    }
  }

  #create(about: KubeObject, text: EventText, timestamp: string): { namespace: string; name: string } {
    const { name, uid, resourceVersion } = about.metadata;
    const namespace = about.metadata.namespace ?? 'default';
    const { metadata } = this.#store.create(EVENTS, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${(++this.#sequence).toString(16).padStart(16, '0')}`, namespace },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        ...(about.metadata.namespace && { namespace }),
        name,
        uid,
        resourceVersion,
      },
      type: text.type,
      reason: text.reason,
      message: text.message,
      source: { component: text.component, ...(text.host && { host: text.host }) },
      reportingComponent: text.component,
      reportingInstance: text.host ?? '',
      count: 1,
      firstTimestamp: timestamp,
      lastTimestamp: timestamp,
      eventTime: null,
    });
    return { namespace, name: metadata.name };
  }
}
