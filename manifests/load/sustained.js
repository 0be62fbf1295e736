// 100 virtual users for ten minutes.
import { stayAt, targetUrl, user } from './user.js';

export const options = stayAt(100, '10m');

export const setup = targetUrl;
export default user;
