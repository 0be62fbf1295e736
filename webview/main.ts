import './noEval';
import './styles/main.css';
import '@vscode-elements/elements/dist/vscode-badge/index.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { Dashboard, type UiStorage } from './dashboard';
import { BrowserTransport } from './transport/browserTransport';
import { browserWorld } from './transport/browserWorld';
import { takeToken } from './transport/token';
import { VsCodeTransport } from './transport/vscodeTransport';

const UI_KEY = 'coxswain.ui';

function startInVsCode(root: HTMLElement): void {
  const vscode = acquireVsCodeApi();
  const storage: UiStorage = { load: () => vscode.getState(), save: (state) => vscode.setState(state) };
  const transport = new VsCodeTransport((message) => vscode.postMessage(message), window);
  const dashboard = new Dashboard(root, transport, storage);
  transport.onHostMessage((message) => dashboard.show(message));
}

function startInBrowser(root: HTMLElement): void {
  const token = takeToken({ location, history, storage: sessionStorage });
  // An address with another token, typed into the same tab, changes the fragment only and loads nothing.
  addEventListener('hashchange', () => location.reload());
  const url = new URL('stream', location.href).href.replace(/^http/, 'ws');
  const storage: UiStorage = {
    load: () => JSON.parse(sessionStorage.getItem(UI_KEY) ?? '{}'),
    save: (state) => sessionStorage.setItem(UI_KEY, JSON.stringify(state)),
  };
  new Dashboard(root, new BrowserTransport(url, token, browserWorld), storage);
}

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element with the id "app".');
if (root.dataset.transport === 'vscode') startInVsCode(root);
else startInBrowser(root);
