import type { JournalEvent } from '../../agent/protocol';

const CHECKOUT = 'shop/Deployment/checkout';

export function incidentOpened(
  incidentId: string,
  faultId: string | null = null,
  workloadId = CHECKOUT,
): JournalEvent {
  return { kind: 'incident-opened', workloadId, incidentId, symptom: '', faultId };
}

/** Without an action, on `shop/checkout`. */
export function incidentClosed(
  incidentId: string,
  recoverySeconds: number,
  detectionSeconds: number | null,
): JournalEvent {
  return {
    kind: 'incident-closed',
    workloadId: CHECKOUT,
    incidentId,
    recoverySeconds,
    detectionSeconds,
    actions: 0,
  };
}
