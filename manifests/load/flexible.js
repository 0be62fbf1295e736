// As many virtual users as the environment says: STAGES=2m:10,5m:50 in stages, or VUS and DURATION evenly.
import { numberFrom, rampThrough, stayAt, targetUrl, user } from './user.js';

export const options = __ENV.STAGES
  ? rampThrough(__ENV.STAGES.split(',').map(stage))
  : stayAt(numberFrom('VUS', 10), duration(__ENV.DURATION || '1m', 'DURATION'));

export const setup = targetUrl;
export default user;

function stage(text) {
  const [time = '', users = '', ...rest] = text.trim().split(':');
  if (rest.length === 0 && /^\d+$/.test(users))
    return { duration: duration(time, 'STAGES'), target: Number(users) };
  throw new Error(
    `STAGES has "${text}"; expected duration:virtual-users with commas between, such as 2m:10,5m:50`,
  );
}

function duration(text, name) {
  if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return text;
  throw new Error(`${name} has "${text}"; expected a duration such as 90s, 2m or 1h30m`);
}
