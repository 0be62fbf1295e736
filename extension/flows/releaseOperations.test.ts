import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Proposal, ReleaseState } from '../../agent/protocol';
import { CoxswainError } from '../../agent/protocol/errors';
import { exampleIdleRelease, exampleProposal, exampleRelease } from '../../test/support/protocolExamples';
import type { RunningAgent } from '../agent/supervisor';
import { connectedSnapshot } from '../testing';
import {
  operateRelease,
  revisionRows,
  setReleaseWeight,
  startCanary,
  undoRelease,
} from './releaseOperations';

const window = vi.hoisted(() => ({
  showInformationMessage: vi.fn(),
  showErrorMessage: vi.fn(),
  showWarningMessage: vi.fn(),
  showQuickPick: vi.fn(),
  showInputBox: vi.fn(),
}));
vi.mock('vscode', () => ({
  window,
  commands: { executeCommand: vi.fn() },
  Uri: { from: (parts: object) => parts },
  CancellationError: class extends Error {},
}));

const ID = 'shop/Deployment/checkout';

beforeEach(() => void vi.resetAllMocks());

/** An agent that does what it is asked for, or answers as told first. */
function agent(releases: ReleaseState[], ...answers: (CoxswainError | { proposal: Proposal })[]) {
  const requests: unknown[] = [];
  const request = async (method: string, params: object) => {
    requests.push([method, params]);
    const answer = answers.shift();
    if (answer instanceof CoxswainError) throw answer;
    return { proposal: null, text: 'done', ...answer };
  };
  return {
    agent: { snapshot: connectedSnapshot({ releases }), request } as unknown as RunningAgent,
    requests,
  };
}

const operation = (wanted: object, confirmed?: true) => [
  'releaseOperation',
  { releaseId: ID, operation: wanted, ...(confirmed ? { confirmed } : {}) },
];

describe('an operation', () => {
  it.each(['rollback', 'abort', 'pause'] as const)('%s asks nothing, and is done at once', async (kind) => {
    const { agent: one, requests } = agent([exampleRelease({ operations: [kind] })]);
    await operateRelease(one, {}, kind);
    expect(window.showWarningMessage).not.toHaveBeenCalled();
    expect(requests).toEqual([operation({ kind }, true)]);
    expect(window.showInformationMessage).toHaveBeenCalledWith('done');
  });

  it.each(['promote-full', 'skip-analysis'] as const)('%s is asked about first', async (kind) => {
    const { agent: one, requests } = agent([exampleRelease()]);
    window.showWarningMessage.mockResolvedValueOnce(undefined);
    await expect(operateRelease(one, {}, kind)).rejects.toThrow();
    expect(requests).toEqual([]);
    window.showWarningMessage.mockImplementation(async (_text, _options, accept) => accept);
    await operateRelease(one, {}, kind);
    expect(requests).toEqual([operation({ kind }, true)]);
  });

  it('that the evidence does not carry is asked about with what the agent says, and then sent again', async () => {
    const refusal = new CoxswainError('confirmation-needed', 'The evidence does not carry it', 'Wait.');
    const { agent: one, requests } = agent([exampleRelease()], refusal);
    window.showWarningMessage.mockResolvedValue('Do It Anyway');
    await operateRelease(one, {}, 'promote');
    expect(window.showWarningMessage.mock.calls[0]?.slice(0, 2)).toEqual([
      'The evidence does not carry it.',
      { modal: true, detail: 'Wait.' },
    ]);
    expect(requests).toEqual([operation({ kind: 'promote' }), operation({ kind: 'promote' }, true)]);
  });

  it('that is refused for another reason is not asked about', async () => {
    const { agent: one } = agent([exampleRelease()], new CoxswainError('guard-denied', 'Mode observe', ''));
    await expect(operateRelease(one, {}, 'promote')).rejects.toThrow('Mode observe');
    expect(window.showWarningMessage).not.toHaveBeenCalled();
  });

  it('that waits for a yes is shown with its promise, and done where the person agrees', async () => {
    const proposal = exampleProposal({ action: { kind: 'release', operation: { kind: 'promote' } } });
    const { agent: one, requests } = agent([exampleRelease()], { proposal });
    window.showWarningMessage.mockResolvedValue('Do It Now');
    await operateRelease(one, { releaseId: ID }, 'promote');
    expect(window.showWarningMessage.mock.calls[0]?.[0]).toBe('Promote the canary (shop/checkout)?');
    expect(requests.at(-1)).toEqual(['approve', { proposalId: 'p1' }]);
  });

  it('that has failed is told as an error', async () => {
    const state = { kind: 'failed', atMs: 0, why: 'the route is gone' } as const;
    const { agent: one } = agent([exampleRelease()], { proposal: exampleProposal({ state }) });
    await operateRelease(one, {}, 'rollback');
    expect(window.showErrorMessage).toHaveBeenCalledWith('done');
    expect(window.showInformationMessage).not.toHaveBeenCalled();
  });

  it('is asked of the release that it can be done with, and of none where it cannot', async () => {
    const api = exampleRelease({
      id: 'shop/Rollout/api',
      ref: { kind: 'Rollout', namespace: 'shop', name: 'api' },
      operations: ['retry'],
    });
    const { agent: one, requests } = agent([exampleRelease(), api]);
    await operateRelease(one, {}, 'retry');
    expect(requests).toEqual([
      ['releaseOperation', { releaseId: api.id, operation: { kind: 'retry' }, confirmed: true }],
    ]);
    await expect(operateRelease(one, {}, 'reset')).rejects.toThrow('There is no release of which');
    await expect(operateRelease(one, { releaseId: 'gone' }, 'reset')).rejects.toMatchObject({
      remedy: expect.stringContaining('Make Canary'),
    });
  });
});

describe('starting a canary', () => {
  it('proposes the image that runs, its tag selected, and takes only another one', async () => {
    const { agent: one, requests } = agent([exampleIdleRelease()]);
    window.showInputBox.mockResolvedValue(' shop/checkout:1.5 ');
    await startCanary(one, {});
    const { value, valueSelection, validateInput } = window.showInputBox.mock.calls[0]?.[0] ?? {};
    expect([value, value.slice(...valueSelection)]).toEqual(['shop/checkout:1.4', '1.4']);
    expect(['', 'a b', 'shop/checkout:1.4', 'shop/checkout:1.5'].map((text) => validateInput(text))).toEqual([
      'Name an image.',
      'An image has no spaces in it.',
      'That is the image that runs: name another one.',
      undefined,
    ]);
    const images = [{ container: 'checkout', image: 'shop/checkout:1.5' }];
    expect(requests).toEqual([operation({ kind: 'start', images })]);
  });

  it('asks for the containers where there are several', async () => {
    const containers = [
      { name: 'app', image: 'app:1' },
      { name: 'proxy', image: 'proxy:1' },
    ];
    const { agent: one, requests } = agent([exampleIdleRelease({ containers })]);
    window.showQuickPick.mockImplementation(async (rows) => [rows[1]]);
    window.showInputBox.mockResolvedValue('proxy:2');
    await startCanary(one, {});
    expect(requests).toEqual([
      operation({ kind: 'start', images: [{ container: 'proxy', image: 'proxy:2' }] }),
    ]);
  });
});

it('undoing offers the revision before and every known one, newest first', async () => {
  const revisions = [
    { revision: 2, images: ['shop/checkout:1.2'] },
    { revision: 4, images: ['shop/checkout:1.4'] },
  ];
  expect(revisionRows({ revisions }).map(({ label, description }) => [label, description])).toEqual([
    ['The revision before', 'whichever that is'],
    ['Revision 4', 'checkout:1.4'],
    ['Revision 2', 'checkout:1.2'],
  ]);
  const { agent: one, requests } = agent([exampleIdleRelease({ revisions })]);
  window.showQuickPick.mockImplementation(async (rows) => rows[2]);
  await undoRelease(one, {});
  expect(requests).toEqual([operation({ kind: 'undo', toRevision: 2 })]);
});

it('a weight is a number of percent', async () => {
  const { agent: one, requests } = agent([exampleRelease({ operations: ['weight'] })]);
  window.showInputBox.mockResolvedValue('25');
  await setReleaseWeight(one, {});
  const { validateInput } = window.showInputBox.mock.calls[0]?.[0] ?? {};
  expect(['', 'x', '-1', '101', '0', '12.5'].map((text) => validateInput(text) === undefined)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
  expect(requests).toEqual([operation({ kind: 'weight', from: 10, to: 25 })]);
});
