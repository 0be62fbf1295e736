import * as vscode from 'vscode';

const SCHEME = 'coxswain-report';
/** Texts that are kept, newest last: a page that is hidden asks for its own again when it shows. */
const KEPT_TEXTS = 40;

/** Read-only documents with a text of the moment: logs, runs, checks and the diagnosis. Showing one again replaces its text. */
export class ReportDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #texts = new Map<string, string>();
  readonly #registrations: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      this.#changed,
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? 'Run the command again: this text was not kept.\n';
  }

  /** `path` begins with a slash; its last part is the tab's title and its ending the language. */
  async show(path: string, text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.#keep(path, text));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** The same for a text that is to be read as a page; as text where VS Code's own Markdown is switched off. */
  async showMarkdown(path: string, text: string): Promise<void> {
    const uri = this.#keep(path, text);
    const document = await vscode.workspace.openTextDocument(uri);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      await vscode.window.showTextDocument(document, { preview: true });
    }
  }

  #keep(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path });
    const key = uri.toString();
    this.#texts.delete(key);
    this.#texts.set(key, text);
    for (const oldest of [...this.#texts.keys()].slice(0, -KEPT_TEXTS)) this.#texts.delete(oldest);
    this.#changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.#registrations.dispose();
  }
}
