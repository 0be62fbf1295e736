import { checkYaml, parseYaml, type YamlProblem } from '../../config/yaml';
import { Experiment } from './experiment';

/**
 * The experiment of a text.
 *
 * @throws CoxswainError `config-invalid` naming every problem as `path:line:column`
 */
export function parseExperiment(text: string, path: string): Experiment {
  const remedy =
    'Correct the file; its keys and their values are in docs/chaos.md, and VS Code completes and explains them.';
  return parseYaml(text, Experiment, { path, remedy });
}

/** What is wrong with a text; never throws. */
export function checkExperiment(text: string): YamlProblem[] {
  return checkYaml(text, Experiment).problems;
}
