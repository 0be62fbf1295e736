import { autoscalerText, type ErrorInfo, errorText } from '../agent/protocol';
import type { AgentClient } from './agentClient';
import { proposalTitle } from './model/proposals';
import { PLAIN_OPERATIONS, type PlainOperationKind } from './model/releaseOperations';
import { isReturnedByStop } from './model/releases';
import { handedOver } from './model/scaling';
import type { Requests } from './requests';
import type { Actions } from './view/view';

/** What the page does by itself, without the agent. */
type OwnActions = Pick<
  Actions,
  'showDialog' | 'choose' | 'dismiss' | 'explainAgain' | 'setViolationPrice' | 'copy'
>;

/** Everything the user can do, as requests to the agent. */
export function createActions(client: AgentClient, requests: Requests, own: OwnActions): Actions {
  const ask: Requests['ask'] = (...request) => requests.ask(...request);
  const release = (
    releaseId: string,
    operation: PlainOperationKind,
    confirmed: boolean,
    dealtWith: (error: ErrorInfo) => boolean = () => false,
  ) =>
    void ask(
      `release ${releaseId} ${operation}`,
      PLAIN_OPERATIONS[operation].failure,
      'releaseOperation',
      { releaseId, operation: { kind: operation }, ...(confirmed ? { confirmed } : {}) },
      ({ text }) => text,
      dealtWith,
    );
  return {
    ...own,
    setMode: (mode) => {
      if (mode === client.snapshot?.mode) return;
      if (mode === 'auto') own.showDialog({ kind: 'confirm-auto' });
      else void ask('mode', 'The mode was not changed', 'setMode', { mode });
    },
    confirmAuto: () =>
      void ask('mode', 'The mode was not changed', 'setMode', { mode: 'auto', confirmed: true }),
    pause: () => void ask('control', 'Not paused', 'pause', {}),
    resume: () => void ask('control', 'Not resumed', 'resume', {}),
    clearStop: () => void ask('control', 'Not resumed', 'resume', { clearStop: true }),
    emergencyStop: () => {
      const taken = (client.snapshot?.scaling ?? []).flatMap((scaling) => handedOver(scaling) ?? []);
      const released = (client.snapshot?.releases ?? []).filter(isReturnedByStop);
      void ask(
        'stop',
        'The emergency stop was not carried out',
        'emergencyStop',
        {},
        ({ faultsEnded, failed }) =>
          [
            `Stopped: nothing acts any more. Faults ended: ${faultsEnded}.`,
            ...(taken.length === 0 ? [] : [`Handed back to ${taken.map(autoscalerText).join(', ')}.`]),
            ...(released.length === 0
              ? []
              : [
                  `Traffic goes back to the stable version of ${released.map(({ ref }) => ref.name).join(', ')}.`,
                ]),
            ...failed.map(errorText),
          ].join(' '),
      );
    },
    approve: (proposalId) =>
      void ask(
        `proposal ${proposalId}`,
        'Not approved',
        'approve',
        { proposalId },
        ({ proposal }) => `Approved: ${proposalTitle(proposal)}`,
      ),
    reject: (proposalId) =>
      void ask(
        `proposal ${proposalId}`,
        'Not rejected',
        'reject',
        { proposalId },
        ({ proposal }) => `Rejected: ${proposalTitle(proposal)}`,
      ),
    injectFault: (workloadId, kind) =>
      void ask(
        'inject',
        'No fault was injected',
        'injectFault',
        { workloadId, kind },
        ({ fault }) => `Injected: ${fault.text}`,
      ),
    pauseFault: (faultId, paused) =>
      void ask(`fault ${faultId}`, paused ? 'Not paused' : 'Not resumed', 'pauseFault', { faultId, paused }),
    stopExperiment: (runId) =>
      void ask(
        `run ${runId}`,
        'The experiment was not stopped',
        'stopExperiment',
        { runId },
        ({ run }) => `Stopped: ${run.title}`,
      ),
    explain: (decision) => own.choose({ pane: 'explanation', decision }),
    endFault: (faultId) => void ask(`fault ${faultId}`, 'The fault was not ended', 'endFault', { faultId }),
    cancelTraining: (trainingId) =>
      void ask(`training ${trainingId}`, 'The training was not cancelled', 'cancelTraining', { trainingId }),
    takeOver: (workloadId, how) =>
      void ask(
        `scaling ${workloadId}`,
        'Nothing was taken over',
        'takeOver',
        { workloadId, how },
        ({ text }) => text,
      ),
    handBack: (workloadId) =>
      void ask(`scaling ${workloadId}`, 'Not handed back', 'handBack', { workloadId }, ({ text }) => text),
    setScaling: (workloadId, steering) =>
      void ask(`scaling ${workloadId}`, 'The scaler was not switched', 'setScaling', {
        workloadId,
        steering,
      }),
    operateRelease: (releaseId, operation) => {
      const { question, atOnce } = PLAIN_OPERATIONS[operation];
      const askFirst = (text: string) =>
        own.showDialog({ kind: 'confirm-release', releaseId, operation, text });
      if (question !== null) {
        askFirst(question);
        return;
      }
      release(releaseId, operation, atOnce, (error) => {
        if (error.code !== 'confirmation-needed') return false;
        askFirst(errorText(error));
        return true;
      });
    },
    confirmRelease: (releaseId, operation) => release(releaseId, operation, true),
    calibrate: (workloadId, violationPrice) => {
      own.choose({ calibrationId: null, armName: null });
      void ask(
        `calibrate ${workloadId}`,
        'The calibration was not begun',
        'calibrate',
        { workloadId, violationPrice },
        ({ job }) => {
          own.choose({ pane: 'calibration' });
          return `Calibrating ${job.title}`;
        },
      );
    },
    cancelCalibration: (id) =>
      void ask(`calibration ${id}`, 'The calibration was not cancelled', 'cancelCalibration', { id }),
    reconnect: () => client.reconnect(),
  };
}
