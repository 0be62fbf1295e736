import { REPLICA_SETS } from '../../store/resourceTypes';
import { controlledBy } from '../kinds';
import { FINDINGS, withCondition } from './conditions';
import type { Sync } from './sync';
import { DESIRED_REPLICAS, HASH_LABEL, REVISION } from './version';

/** Makes sure that there is a ReplicaSet of the wanted template, and that it is the newest revision. */
export function keepLatest(sync: Sync): void {
  const older = sync.versions.filter(({ hash }) => hash !== sync.hash);
  const newest = Math.max(0, ...older.map(({ revision }) => revision));
  const { latest } = sync;
  if (!latest) createReplicaSet(sync, newest + 1);
  else if (latest.revision <= newest) raiseRevision(sync, latest.name, newest + 1);
  noteRevision(sync);
}

function createReplicaSet(sync: Sync, revision: number): void {
  const { cluster, namespace, rollout, template, spec, hash, nowMs } = sync;
  const labels = { ...template.metadata.labels, [HASH_LABEL]: hash };
  const selector = Object.assign({}, spec.selector);
  const name = `${sync.name}-${hash}`;
  cluster.store.create(REPLICA_SETS, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      ...(namespace && { namespace }),
      labels,
      annotations: { [REVISION]: String(revision), [DESIRED_REPLICAS]: String(spec.replicas) },
      ownerReferences: [controlledBy(rollout)],
    },
    spec: {
      replicas: 0,
      minReadySeconds: spec.minReadySeconds,
      selector: {
        ...selector,
        matchLabels: { ...Object.assign({ matchLabels: {} }, selector).matchLabels, [HASH_LABEL]: hash },
      },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  });
  sync.record('NewReplicaSetCreated', `Created ReplicaSet ${name} (revision ${revision})`);
  const message = `Created new replica set "${name}"`;
  const conditions = withCondition(
    sync.next.conditions,
    FINDINGS.progressing('True', 'NewReplicaSetCreated', message),
    nowMs,
  );
  sync.next = { ...sync.next, conditions: [...conditions] };
}

function raiseRevision({ cluster, namespace }: Sync, name: string, revision: number): void {
  cluster.store.update(REPLICA_SETS, namespace, name, ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, [REVISION]: String(revision) };
  });
}

function noteRevision(sync: Sync): void {
  const revision = String(sync.latest?.revision ?? 0);
  if (sync.rollout.metadata.annotations?.[REVISION] === revision) return;
  sync.update(({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, [REVISION]: revision };
  });
  sync.record('RolloutUpdated', `Rollout updated to revision ${revision}`);
}
