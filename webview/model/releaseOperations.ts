import type { ReleaseOperationKind } from '../../agent/protocol';

/** An operation that a person asks for by one word; the others need to be told more. */
export type PlainOperationKind = Exclude<
  ReleaseOperationKind,
  'adopt' | 'start' | 'weight' | 'undo' | 'open-gate'
>;

export interface OperationText {
  /** On a button. */
  title: string;
  /** What it does, as a sentence. */
  detail: string;
  /** Heads the message where it was refused. */
  failure: string;
  /** What is asked first, because it acts at once in a dangerous direction; null where nothing is. */
  question: string | null;
  /**
   * Whether asking for it is the person's yes in every mode. The others are a proposal in mode approve, and the agent
   * asks back where something speaks against them.
   */
  atOnce: boolean;
}

/** In the order of a menu: what ends harm comes first. */
export const PLAIN_OPERATIONS: Readonly<Record<PlainOperationKind, OperationText>> = {
  rollback: {
    title: 'Emergency Rollback',
    detail: 'All traffic goes back to stable first, then the rest is taken back.',
    failure: 'Not rolled back',
    question: null,
    atOnce: true,
  },
  pause: {
    title: 'Pause',
    detail: 'The weight stays where it is until the release is resumed.',
    failure: 'Not paused',
    question: null,
    atOnce: true,
  },
  resume: {
    title: 'Resume',
    detail: 'The release goes on from where it was paused.',
    failure: 'Not resumed',
    question: null,
    atOnce: true,
  },
  promote: {
    title: 'Promote',
    detail: 'The next step where Argo Rollouts waits at one; else the canary becomes the stable version.',
    failure: 'Not promoted',
    question: null,
    atOnce: false,
  },
  'promote-full': {
    title: 'Promote Full',
    detail: 'The canary becomes the stable version; all steps and analyses that are left are skipped.',
    failure: 'Not promoted',
    question: 'All steps and analyses that are left are skipped, whatever the evidence says.',
    atOnce: false,
  },
  abort: {
    title: 'Abort',
    detail: 'All traffic goes back to stable, and the canary goes.',
    failure: 'Not aborted',
    question: null,
    atOnce: true,
  },
  retry: {
    title: 'Retry',
    detail: 'The release that was aborted is tried again from its first step.',
    failure: 'Not tried again',
    question: null,
    atOnce: true,
  },
  restart: {
    title: 'Restart',
    detail: 'The pods are replaced, one after the other, without another image.',
    failure: 'Not restarted',
    question: null,
    atOnce: false,
  },
  'skip-analysis': {
    title: 'Skip Analysis',
    detail: 'The release goes on without being analysed.',
    failure: 'The analysis was not skipped',
    question: 'From now on nothing analyses this release: what is harmful is promoted like anything else.',
    atOnce: false,
  },
  reset: {
    title: 'Reset',
    detail: 'Takes back what pause, skip analysis and rollback have set.',
    failure: 'Not reset',
    question: null,
    atOnce: true,
  },
};
