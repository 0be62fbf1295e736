import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScalingState } from '../../agent/protocol';
import { exampleAutoscaler, exampleProposal, exampleScaling } from '../../test/support/protocolExamples';
import type { RunningAgent } from '../agent/supervisor';
import { connectedSnapshot } from '../testing';
import { handBack, takeOver } from './scaling';
import { setViolationPrice } from './violationPrices';

const window = vi.hoisted(() => ({
  showInformationMessage: vi.fn(),
  showWarningMessage: vi.fn(),
  showQuickPick: vi.fn(),
  showInputBox: vi.fn(),
  setStatusBarMessage: vi.fn(),
}));
const commands = vi.hoisted(() => ({ executeCommand: vi.fn() }));
vi.mock('vscode', () => ({
  window,
  commands,
  Uri: { from: (parts: object) => parts },
  CancellationError: class extends Error {},
}));

const AUTOSCALER = { kind: 'hpa', name: 'checkout', uid: 'uid-hpa' } as const;
const PROPOSAL = exampleProposal({
  task: 'scale',
  action: { kind: 'take-over', autoscaler: AUTOSCALER },
  reason: 'ada asked for it',
  change: { summary: 'HPA checkout is suspended but for a net', before: 'a', after: 'b' },
  promise: 'at least as many requests within the SLO',
});
const handover = { how: 'own', by: 'ada', sinceMs: 0, ours: true } as const;
const OWNED = exampleScaling({ autoscalers: [exampleAutoscaler({ handover })] });
const CART = exampleScaling({ id: 'shop/Deployment/cart' });

beforeEach(() => void vi.resetAllMocks());

/** An agent that proposes what it is asked for. */
function agent(scaling: ScalingState[], part: Parameters<typeof connectedSnapshot>[0] = {}) {
  const requests: unknown[] = [];
  const answer = async (method: string, params: object) => {
    requests.push([method, params]);
    return { proposal: PROPOSAL, text: `answered ${method}`, ...params };
  };
  const snapshot = connectedSnapshot({ scaling, proposals: [PROPOSAL], ...part });
  return { agent: { snapshot, request: answer } as unknown as RunningAgent, requests };
}

const choosing = (label: string) => (rows: readonly { label: string }[]) =>
  Promise.resolve(rows.find((row) => row.label === label));

describe('taking over', () => {
  it('asks how, shows what that changes, and approves at once where the person agrees', async () => {
    const { agent: one, requests } = agent([exampleScaling()]);
    window.showQuickPick.mockImplementation(choosing('Own'));
    window.showWarningMessage.mockResolvedValue('Take Over Now');
    await takeOver(one, {});
    const [question, { modal, detail }] = window.showWarningMessage.mock.calls[0] ?? [];
    expect([question, modal]).toEqual(['Take over from HPA checkout (shop/checkout)?', true]);
    expect(detail).toContain('HPA checkout is suspended but for a net.');
    expect(detail).toContain('when the breaker opens, on an emergency stop, and when Coxswain ends or dies');
    expect(requests).toEqual([
      ['takeOver', { workloadId: 'shop/Deployment/checkout', how: 'own' }],
      ['approve', { proposalId: 'p1' }],
    ]);
  });

  it('leaves the proposal waiting where nothing is answered', async () => {
    const { agent: one, requests } = agent([exampleScaling()]);
    window.showQuickPick.mockImplementation(choosing('Advise'));
    window.showWarningMessage.mockResolvedValue(undefined);
    await takeOver(one, {});
    expect(requests).toEqual([['takeOver', { workloadId: 'shop/Deployment/checkout', how: 'advise' }]]);
  });

  it('opens the change as a diff on request', async () => {
    const { agent: one } = agent([exampleScaling()]);
    window.showQuickPick.mockImplementation(choosing('Own'));
    window.showWarningMessage.mockResolvedValue('Show Change');
    await takeOver(one, {});
    expect(commands.executeCommand.mock.calls[0]?.[0]).toBe('vscode.diff');
  });

  it.each([
    ['mode observe', agent([exampleScaling()], { mode: 'observe' }), 'Switch to mode approve or auto first.'],
    ['nothing to take over', agent([]), 'Hand one back first'],
    ['a workload that has been taken over', agent([OWNED]), 'Hand'],
  ])('is refused with its reason: %s', async (_why, { agent: one, requests }, remedy) => {
    await expect(takeOver(one, {})).rejects.toMatchObject({ remedy: expect.stringContaining(remedy) });
    expect(requests).toEqual([]);
  });

  it('says why no scaler looks at the workload that was meant', async () => {
    const { agent: one } = agent([CART]);
    await expect(takeOver(one, { workloadId: 'shop/Deployment/checkout' })).rejects.toThrow(
      'No scaler looks at shop/Deployment/checkout: it has only just been found',
    );
  });
});

describe('handing back', () => {
  it('needs no question where one workload is taken over, and says what was done', async () => {
    const { agent: one, requests } = agent([CART, OWNED]);
    await handBack(one, {});
    expect(requests).toEqual([['handBack', { workloadId: OWNED.id }]]);
    expect(window.showInformationMessage).toHaveBeenCalledWith('answered handBack');
  });

  it('says that nothing is taken over', async () => {
    await expect(handBack(agent([CART]).agent, {})).rejects.toThrow('the autoscalers are in charge');
  });
});

describe('the price of a violation', () => {
  it('is chosen by name, for all workloads or for one', async () => {
    const { agent: one, requests } = agent([CART, exampleScaling()]);
    window.showQuickPick
      .mockImplementationOnce(choosing('All workloads'))
      .mockImplementationOnce(choosing('safe 80'));
    await setViolationPrice(one, {});
    expect(requests).toEqual([['setViolationPrice', { violationPrice: 80 }]]);
  });

  it('may be any number', async () => {
    const { agent: one, requests } = agent([CART]);
    window.showQuickPick.mockImplementation(choosing('Other…'));
    window.showInputBox.mockResolvedValue('12.5');
    await setViolationPrice(one, { workloadId: CART.id });
    expect(requests).toEqual([['setViolationPrice', { violationPrice: 12.5, workloadId: CART.id }]]);
    const { validateInput, value } = window.showInputBox.mock.calls[0]?.[0] ?? {};
    expect([value, validateInput('0'), validateInput('3')]).toEqual([
      '20',
      expect.stringContaining('from 0.1 to 10000'),
      undefined,
    ]);
  });
});
