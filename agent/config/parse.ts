import { type Config, ConfigSchema } from './schema';
import { checkYaml, parseYaml, type YamlProblem } from './yaml';

/** The config of a text, or throws `config-invalid` naming every problem as `path:line:column`. */
export function parseConfig(text: string, path: string): Config {
  const remedy =
    'Correct the file; the keys and their values are in docs/configuration.md and in `coxswain config schema`.';
  return parseYaml(text, ConfigSchema, { path, remedy });
}

/** Either the config or what is wrong with it; never throws. */
export function checkConfig(
  text: string,
): { config: Config; problems: [] } | { config: null; problems: YamlProblem[] } {
  const { value, problems } = checkYaml(text, ConfigSchema);
  return problems.length === 0 ? { config: value as Config, problems: [] } : { config: null, problems };
}
