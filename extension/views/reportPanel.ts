import * as vscode from 'vscode';
import { evaluationPage } from './evaluationPage';

/** A report as a page in an editor tab of its own kind. It loads nothing, runs nothing and reaches nothing. */
export class ReportPanel implements vscode.Disposable {
  readonly #viewType: string;
  readonly #icon: string;
  #panel: vscode.WebviewPanel | null = null;

  constructor(viewType: string, icon: string) {
    this.#viewType = viewType;
    this.#icon = icon;
  }

  /** Shows a report in place of the one before. */
  show(title: string, html: string): void {
    this.#panel ??= this.#create(title);
    this.#panel.title = title;
    this.#panel.webview.html = evaluationPage(html);
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #create(title: string): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(this.#viewType, title, vscode.ViewColumn.Active, {
      enableScripts: false,
      localResourceRoots: [],
    });
    panel.iconPath = new vscode.ThemeIcon(this.#icon);
    panel.onDidDispose(() => {
      this.#panel = null;
    });
    return panel;
  }
}
