import * as vscode from 'vscode';
import type { Training, TrainingStatus } from '../../agent/protocol';
import { describeProgress, isOver, stepsDone } from '../../agent/protocol/describeTraining';
import { type AgentState, shownSnapshot } from '../agent/state';
import type { App } from '../context';
import { showError } from './ui';

/** Shows how far a training is until it is over. Hiding it changes nothing; its Cancel ends the training. */
export function followTraining({ store, supervisor }: App, { id, task, algorithm }: TrainingStatus) {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Learning ${task} by ${algorithm}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) => {
    token.onCancellationRequested(() => {
      const agent = supervisor.running;
      agent?.request('cancelTraining', { trainingId: id }).catch(showError);
    });
    const tell = progressTeller((step) => progress.report(step));
    return new Promise<void>((resolve) => {
      const subscription = store.changed.on(({ current }) => {
        const training = runningTraining(current, id);
        if (training) {
          tell(training);
          return;
        }
        subscription.dispose();
        resolve();
      });
    });
  });
}

/** The training while it runs; null once it is over, or has ended with its agent. */
export function runningTraining(state: AgentState, id: string): Training | null {
  const training = shownSnapshot(state)?.trainings.find((candidate) => candidate.id === id);
  return training && !isOver(training) ? training : null;
}

/** Reports what is new: the text where it differs, the way since the last report in per cent. */
export function progressTeller(report: (step: { message: string; increment: number }) => void) {
  let text = '';
  let percent = 0;
  return (training: Training): void => {
    const message = describeProgress(training);
    if (message === text) return;
    const now = (100 * stepsDone(training)) / training.totalSteps;
    report({ message, increment: now - percent });
    text = message;
    percent = now;
  };
}
