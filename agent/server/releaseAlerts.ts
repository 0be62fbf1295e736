import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Alert } from '../alerts/alert';
import { sendAlerts } from '../alerts/sendAlerts';
import type { ClusterReader } from '../cluster/api';
import type { Config } from '../config/schema';
import { isCoxswainError, type JournalEvent, workloadId } from '../protocol';

interface Ports {
  reader: ClusterReader;
  config(): Config;
  /** From the secret storage of the editor that has started the agent; null without one. */
  editorSecret(name: string, signal: AbortSignal): Promise<string | null>;
  record(event: JournalEvent): void;
  signal: AbortSignal;
}

const Secret = z.object({ data: z.record(z.string(), z.string()).nullish() });

/** Tells the receivers that the config names of releases. What could not be told stands in the journal. */
export function alertSender({ reader, config, editorSecret, record, signal }: Ports): (alert: Alert) => void {
  const ports = {
    secrets: {
      environment: (name: string) => process.env[name],
      kubernetesSecret: (namespace: string, name: string, key: string, aborted: AbortSignal) =>
        readSecret(reader, { namespace, name, key }, aborted),
      editorSecret,
    },
    fetch,
    nowMs: Date.now,
    sleep: (ms: number, aborted: AbortSignal) => sleep(ms, undefined, { signal: aborted }),
  };
  return (alert) => {
    const receivers = config().canary.alerts;
    if (receivers.length === 0) return;
    void sendAlerts(alert, receivers, ports, signal).then((results) => {
      for (const { receiver, problem } of results) {
        if (problem === null || signal.aborted) continue;
        record({
          kind: 'release',
          workloadId: workloadId(alert.release),
          what: 'alert',
          text: `${receiver} could not be told: ${problem}`,
          weight: null,
          by: 'Coxswain',
        });
      }
    });
  };
}

/** Null where there is none. @throws CoxswainError where it may not be read */
async function readSecret(
  reader: ClusterReader,
  { namespace, name, key }: { namespace: string; name: string; key: string },
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const object = await reader.get(`/api/v1/namespaces/${namespace}/secrets/${name}`, signal);
    const value = Secret.parse(object).data?.[key];
    return value === undefined ? null : Buffer.from(value, 'base64').toString('utf8');
  } catch (error) {
    if (isCoxswainError(error) && error.code === 'not-found') return null;
    throw error;
  }
}
