import { fileURLToPath } from 'node:url';
import type { CodeLens } from 'vscode-languageserver';
import { configLanguage } from './configLanguage';
import { experimentLanguage, experimentLenses, isExperimentFile } from './experimentLanguage';
import type { FileLanguage } from './schemaLanguage';

/** A document as an editor holds it. */
export interface Document {
  uri: string;
  text: string;
}

/** The language of a document; null for one that is none of ours. */
export function languageOf(document: Document): FileLanguage | null {
  if (isConfig(document)) return configLanguage;
  return isExperiment(document) ? experimentLanguage : null;
}

/** What can be done with a document, above its lines. */
export function lensesOf(document: Document): CodeLens[] {
  if (!isExperiment(document)) return [];
  return experimentLenses(document.uri, pathOf(document.uri), document.text);
}

function isConfig({ uri }: Document): boolean {
  return /(^|[\\/])coxswain\.ya?ml$/.test(pathOf(uri));
}

function isExperiment(document: Document): boolean {
  return !isConfig(document) && isExperimentFile(pathOf(document.uri), document.text);
}

/** A document that was never saved has no path but a name. */
function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return uri.replace(/^[\w-]+:/, '');
  }
}
