// Rises step by step to 100 virtual users within ten minutes, and goes back to none.
import { rampThrough, targetUrl, user } from './user.js';

export const options = rampThrough([
  { duration: '2m', target: 10 },
  { duration: '5m', target: 50 },
  { duration: '3m', target: 100 },
  { duration: '2m', target: 0 },
]);

export const setup = targetUrl;
export default user;
