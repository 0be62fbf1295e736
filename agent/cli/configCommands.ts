import { configJsonSchema } from '../config/jsonSchema';
import { parseConfig } from '../config/parse';
import { configReference } from '../config/reference';
import { readConfigText } from '../config/source';
import { print } from './output';

export function checkConfigFile(path: string): void {
  parseConfig(readConfigText(path), path);
  print(`${path} is valid`);
}

export function printSchema(): void {
  print(JSON.stringify(configJsonSchema(), null, 2));
}

export function printReference(): void {
  print(configReference().trimEnd());
}
