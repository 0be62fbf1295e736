import { configJsonSchema } from '../config/jsonSchema';
import { checkConfig } from '../config/parse';
import { schemaLanguage } from './schemaLanguage';

/** The language of `coxswain.yaml`. */
export const configLanguage = schemaLanguage(configJsonSchema(), (text) => checkConfig(text).problems);
