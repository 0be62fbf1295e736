import { Option } from 'commander';
import { defaultStateDirectory } from '../server/stateDirectory';

/** @param what is kept there that the command is about */
export function stateDirectoryOption(what = 'where the agent keeps journals and its address'): Option {
  return new Option('--state-dir <path>', what).default(
    defaultStateDirectory(),
    'the user’s state directory',
  );
}

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'for programs').choices(['json']);
}
