import { readFileSync } from 'node:fs';
import { configJsonSchema } from '../config/jsonSchema';
import { parseConfig } from '../config/parse';
import { configReference } from '../config/reference';
import { CoxswainError } from '../protocol';
import { print } from './output';

export function checkConfigFile(path: string): void {
  parseConfig(readText(path), path);
  print(`${path} is valid`);
}

export function printSchema(): void {
  print(JSON.stringify(configJsonSchema(), null, 2));
}

export function printReference(): void {
  print(configReference().trimEnd());
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `cannot read ${path}: ${(cause as Error).message}`;
    throw new CoxswainError('config-invalid', message, 'Name an existing file.', { cause });
  }
}
