import type { CodeLens } from 'vscode-languageserver';
import { experimentJsonSchema } from '../chaos/experiment/jsonSchema';
import { checkExperiment } from '../chaos/experiment/parse';
import { schemaLanguage } from './schemaLanguage';

/** The language of experiment files. */
export const experimentLanguage = schemaLanguage(experimentJsonSchema(), checkExperiment);

const FILE_NAME = /\.chaos\.ya?ml$/;
const FOLDER = /(^|[\\/])chaos[\\/][^\\/]+\.ya?ml$/;

/**
 * Whether a YAML file is an experiment: by its name, by its folder unless it is an object of Kubernetes, or by what it
 * says.
 */
export function isExperimentFile(path: string, text: string): boolean {
  if (FILE_NAME.test(path)) return true;
  if (/^apiVersion:/m.test(text)) return false;
  return FOLDER.test(path) || (/^name:/m.test(text) && /^(fault|workflow):/m.test(text));
}

/** Above its name: what can be done with an experiment. The window that shows them has the commands. */
export function experimentLenses(uri: string, path: string, text: string): CodeLens[] {
  const line = Math.max(
    0,
    text.split(/\r?\n/).findIndex((each) => each.startsWith('name:')),
  );
  const range = { start: { line, character: 0 }, end: { line, character: 0 } };
  const argument = { uri, path };
  return [
    { range, command: { title: '$(play) Run', command: 'coxswain.runExperiment', arguments: [argument] } },
    {
      range,
      command: { title: '$(checklist) Check', command: 'coxswain.verifyExperiment', arguments: [argument] },
    },
  ];
}
