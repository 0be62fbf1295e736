// Four times the load within a minute, and away within 30 seconds.
import { rampThrough, targetUrl, user } from './user.js';

export const options = rampThrough([
  { duration: '30s', target: 50 },
  { duration: '1m', target: 200 },
  { duration: '30s', target: 10 },
]);

export const setup = targetUrl;
export default user;
