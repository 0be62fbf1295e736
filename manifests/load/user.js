// What all scripts of this folder share: a virtual user, and the thresholds by which a run passes.
import { check, sleep } from 'k6';
import http from 'k6/http';

/** Of a virtual user in a second; the same factor as in the embedded cluster (`coxswain load`). */
const REQUESTS_PER_USER = numberFrom('REQUESTS_PER_USER', 5);

/** The service-level objective: 95 % of the answers within 200 ms, and less than 1 % of the requests failed. */
const THRESHOLDS = {
  http_req_duration: ['p(95)<200'],
  http_req_failed: ['rate<0.01'],
};

/** The options of a run through stages of virtual users, each `{ duration, target }`. */
export function rampThrough(stages) {
  return { scenarios: { users: { executor: 'ramping-vus', startVUs: 0, stages } }, thresholds: THRESHOLDS };
}

/** The options of a run with so many virtual users all the time. */
export function stayAt(vus, duration) {
  return { scenarios: { users: { executor: 'constant-vus', vus, duration } }, thresholds: THRESHOLDS };
}

/** One turn of a virtual user: it asks, and thinks until its next request is due. */
export function user() {
  const startedMs = Date.now();
  const response = http.get(targetUrl(), { timeout: '10s' });
  check(response, { 'answered with 2xx': ({ status }) => status >= 200 && status < 300 });
  sleep(Math.max(0, 1 / REQUESTS_PER_USER - (Date.now() - startedMs) / 1000));
}

/** Called before the first user, so that a run without a target ends at once. */
export function targetUrl() {
  const url = __ENV.TARGET_URL;
  if (/^https?:\/\/\S+$/.test(url ?? '')) return url;
  throw new Error('Set TARGET_URL to the address to put under load: k6 run -e TARGET_URL=http://… script.js');
}

/** A number above 0 from the environment. */
export function numberFrom(name, otherwise) {
  const text = __ENV[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name} is "${text}"; expected a number above 0`);
}
