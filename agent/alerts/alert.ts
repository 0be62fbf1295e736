import type { Config } from '../config/schema';
import type { WorkloadRef } from '../protocol';

export type AlertReceiver = Config['canary']['alerts'][number];
export type AlertReason = AlertReceiver['on'][number];

/** Something of a release that people are to know. */
export interface Alert {
  on: AlertReason;
  release: WorkloadRef;
  text: string;
}

/** One line for each reason, above the text. */
export const ALERT_TITLES: Readonly<Record<AlertReason, string>> = {
  started: 'Release started',
  promoted: 'Release promoted',
  'rolled-back': 'Release rolled back',
  stuck: 'Release stuck',
  interfered: 'Somebody else has changed the release',
  asked: 'Release waits for you',
};

/** How bad it is, for colours. */
export type AlertLevel = 'good' | 'attention' | 'warning';

export function levelOf(on: AlertReason): AlertLevel {
  if (on === 'promoted' || on === 'started') return 'good';
  return on === 'asked' ? 'attention' : 'warning';
}

/** `shop/Deployment/checkout` */
export function releaseTitle({ namespace, kind, name }: WorkloadRef): string {
  return `${namespace}/${kind}/${name}`;
}
