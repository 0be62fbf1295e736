import { userInfo } from 'node:os';

/** In a container the user may have no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
