import * as vscode from 'vscode';
import { CoxswainError } from '../../agent/protocol/errors';
import { ReportPanel } from './reportPanel';

const NEWEST_FIRST = 'Run "Coxswain: Evaluate Healing" first.';

/** The report of the evaluation in an editor tab, with its text and its table a click away. */
export class EvaluationPanel implements vscode.Disposable {
  readonly #folder: vscode.Uri;
  readonly #panel = new ReportPanel('coxswain.evaluation', 'beaker');

  /** @param folder where the evaluation writes its report */
  constructor(folder: vscode.Uri) {
    this.#folder = folder;
  }

  get folder(): vscode.Uri {
    return this.#folder;
  }

  async show(): Promise<void> {
    const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(await this.#file('.html')));
    this.#panel.show('Evaluation of Healing', html);
  }

  /** Opens the report's file with this ending. */
  async open(ending: '.md' | '.csv'): Promise<void> {
    const uri = await this.#file(ending);
    if (ending === '.md') await vscode.commands.executeCommand('markdown.showPreview', uri);
    else await vscode.window.showTextDocument(uri, { preview: true });
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #file(ending: string): Promise<vscode.Uri> {
    const names = await this.#names();
    const name = names.find((candidate) => candidate.endsWith(ending));
    if (name === undefined) {
      throw new CoxswainError('not-found', `There is no evaluation as ${ending} yet.`, NEWEST_FIRST);
    }
    return vscode.Uri.joinPath(this.#folder, name);
  }

  async #names(): Promise<string[]> {
    try {
      return (await vscode.workspace.fs.readDirectory(this.#folder)).map(([name]) => name).sort();
    } catch {
      return [];
    }
  }
}
