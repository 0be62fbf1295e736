import * as vscode from 'vscode';
import { shownSnapshot } from '../agent/state';
import type { StateStore } from '../agent/stateStore';

const SCHEME = 'coxswain-change';

/** One side of the diff that shows what a proposal would change. */
export function changeUri(proposalId: string, side: 'before' | 'after'): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${side}.yaml`, query: proposalId });
}

/** Serves the two sides from the state, as long as the agent keeps the proposal. */
export function registerChangeDocuments(store: StateStore): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent(uri) {
      const proposal = shownSnapshot(store.state)?.proposals.find(({ id }) => id === uri.query);
      if (!proposal) return '# This proposal is no longer kept; the Activity view says what became of it.\n';
      return uri.path === '/before.yaml' ? proposal.change.before : proposal.change.after;
    },
  });
}
