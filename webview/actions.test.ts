import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CoxswainError } from '../agent/protocol';
import { createActions } from './actions';
import type { AgentClient } from './agentClient';
import { Requests } from './requests';
import type { Toasts } from './toasts';

const own = {
  showDialog: vi.fn(),
  choose: vi.fn(),
  dismiss: vi.fn(),
  explainAgain: vi.fn(),
  setViolationPrice: vi.fn(),
  copy: vi.fn(),
};
const toasts = { done: vi.fn(), failed: vi.fn() };
const request = vi.fn();

beforeEach(() => void vi.resetAllMocks());

function actions() {
  const client = { request } as unknown as AgentClient;
  return createActions(client, new Requests(client, toasts as unknown as Toasts), own);
}

const ID = 'shop/Deployment/checkout';

describe('what is done to a release', () => {
  it('an emergency rollback asks nothing', async () => {
    request.mockResolvedValue({ proposal: null, text: 'rolled back' });
    actions().operateRelease(ID, 'rollback');
    await vi.waitFor(() => expect(toasts.done).toHaveBeenCalledWith('rolled back'));
    expect(request.mock.calls).toEqual([
      ['releaseOperation', { releaseId: ID, operation: { kind: 'rollback' }, confirmed: true }],
    ]);
    expect(own.showDialog).not.toHaveBeenCalled();
  });

  it('a promotion that the evidence does not carry is asked about, and sent again with the yes', async () => {
    request.mockRejectedValueOnce(new CoxswainError('confirmation-needed', 'Not carried', 'Wait'));
    const one = actions();
    one.operateRelease(ID, 'promote');
    await vi.waitFor(() =>
      expect(own.showDialog).toHaveBeenCalledWith({
        kind: 'confirm-release',
        releaseId: ID,
        operation: 'promote',
        text: 'Not carried. Wait.',
      }),
    );
    expect(toasts.failed).not.toHaveBeenCalled();
    request.mockResolvedValue({ proposal: null, text: 'promoted' });
    one.confirmRelease(ID, 'promote');
    await vi.waitFor(() => expect(toasts.done).toHaveBeenCalledWith('promoted'));
    expect(request.mock.lastCall?.[1]).toMatchObject({ confirmed: true });
  });

  it('skipping everything that is left is asked about before anything is sent', () => {
    actions().operateRelease(ID, 'promote-full');
    expect(own.showDialog.mock.calls[0]?.[0]).toMatchObject({
      kind: 'confirm-release',
      operation: 'promote-full',
    });
    expect(request).not.toHaveBeenCalled();
  });
});
