/**
 * Does the small work that a busy server asks for before it takes more: a number whose hash begins as wanted.
 *
 * It runs in a worker, so that the page stays quick; there is nothing to read or click.
 */

const MOST_MS = 60_000;

/** The solution of an ALTCHA challenge (version 2), as the server takes it. Rejects when it cannot be found. */
export function solve(challenge) {
  const worker = new Worker(new URL('./proof-worker.js', import.meta.url));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no solution in time')), MOST_MS);
    worker.onmessage = ({data}) => {
      clearTimeout(timer);
      if (data) resolve(btoa(JSON.stringify({challenge, solution: data})));
      else reject(new Error('no solution'));
    };
    worker.onerror = () => {
      clearTimeout(timer);
      reject(new Error('the worker failed'));
    };
    worker.postMessage(challenge.parameters);
  }).finally(() => worker.terminate());
}
