import { AnalysisError } from './analysisError';
import { isList, isMap, type Value } from './expression/values';
import type { ProviderAnswer } from './prometheusAnswer';

/**
 * What Argo's provider `web` makes of a body: of JSON what `jsonPath` leads to, of anything else the text itself.
 *
 * @param jsonPath Kubernetes' JSONPath, of which names, indices and quoted names are known: `{$.data.items[0].ok}`
 *
 * Throws AnalysisError where the path cannot be read, or leads nowhere.
 *
 * Source: https://github.com/argoproj/argo-rollouts/blob/master/metricproviders/webmetric/webmetric.go
 */
export function webAnswer(body: string, jsonPath: string): ProviderAnswer {
  let parsed: Value;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { result: body, value: body };
  }
  const result = stepsOf(jsonPath).reduce((value, step) => memberOf(value, step, jsonPath), parsed);
  return { result, value: JSON.stringify(result) };
}

const STEP = /^(?:\.([\w-]+)|\[(-?\d+)\]|\['([^']*)'\]|\["([^"]*)"\])/;

function stepsOf(jsonPath: string): (string | number)[] {
  const path = jsonPath
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .trim();
  let rest = path.replace(/^[$@]/, '');
  if (rest !== '' && !/^[.[]/.test(rest)) rest = `.${rest}`;
  const steps: (string | number)[] = [];
  while (rest !== '' && rest !== '.') {
    const found = STEP.exec(rest);
    if (!found)
      throw new AnalysisError(`jsonPath ${jsonPath}: only names and indices are known here, not ${rest}`);
    const [whole, name, index, single, double] = found;
    steps.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
    rest = rest.slice(whole.length);
  }
  return steps;
}

function memberOf(value: Value, step: string | number, jsonPath: string): Value {
  const found =
    typeof step === 'number'
      ? isList(value)
        ? value.at(step)
        : undefined
      : isMap(value) && Object.hasOwn(value, step)
        ? value[step]
        : undefined;
  if (found !== undefined) return found;
  throw new AnalysisError(`Could not find JSONPath in body: ${String(step)} is not found (${jsonPath})`);
}
