import { beforeEach, expect, it, vi } from 'vitest';
import { CoxswainError } from '../../agent/protocol/errors';
import { exampleModel } from '../../test/support/protocolExamples';
import type { RunningAgent } from '../agent/supervisor';
import { connectedSnapshot } from '../testing';
import { promotePolicy } from './policies';

const window = vi.hoisted(() => ({ showInformationMessage: vi.fn(), showWarningMessage: vi.fn() }));
vi.mock('vscode', () => ({ window }));

const MODEL = exampleModel();
const TARGET = { task: MODEL.task, version: MODEL.version };

beforeEach(() => void vi.resetAllMocks());

/** An agent that promotes; in mode auto only what is confirmed. */
function agent(mode: 'approve' | 'auto') {
  const requests: unknown[] = [];
  const answer = async (method: string, params: { confirmed?: boolean }) => {
    requests.push([method, params]);
    if (mode === 'auto' && !params.confirmed) {
      throw new CoxswainError('confirmation-needed', 'It would act by itself.', 'Confirm.');
    }
    return { model: MODEL, text: 'heal/1 steers healing from now on, in place of runbook 1.' };
  };
  const snapshot = connectedSnapshot({ mode, models: [MODEL] });
  return { agent: { snapshot, request: answer } as unknown as RunningAgent, requests };
}

it('promotes with one click, and says what it means and how good it is', async () => {
  const { agent: one, requests } = agent('approve');
  await promotePolicy(one, TARGET);
  expect(requests).toEqual([['promoteModel', TARGET]]);
  expect(window.showWarningMessage).not.toHaveBeenCalled();
  expect(window.showInformationMessage.mock.calls[0]?.[0]).toBe(
    'heal/1 steers healing from now on, in place of runbook 1. Score −12.4 [−13.1…−11.7] over 100 held-out episodes, not told apart from runbook −13.',
  );
});

it('asks first where the policy would act by itself at once', async () => {
  const { agent: one, requests } = agent('auto');
  window.showWarningMessage.mockResolvedValue('Let It Act');
  await promotePolicy(one, TARGET);
  const [question, { modal, detail }] = window.showWarningMessage.mock.calls[0] ?? [];
  expect([question, modal]).toEqual(['Let heal/1 act by itself in kind-dev?', true]);
  expect(detail).toContain('Score −12.4');
  expect(requests.at(-1)).toEqual(['promoteModel', { ...TARGET, confirmed: true }]);
});

it('promotes nothing where the answer is no', async () => {
  const { agent: one, requests } = agent('auto');
  await promotePolicy(one, TARGET);
  expect(requests).toEqual([['promoteModel', TARGET]]);
  expect(window.showInformationMessage).not.toHaveBeenCalled();
});
