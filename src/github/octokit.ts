import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';

/** Waits that GitHub asks for are accepted up to this many seconds; a longer one is an error. */
const LONGEST_WAIT = 10;
const RETRIES = 2;

/** Calls GitHub's API for one repository, with Octokit's own retries and rate limits, until `signal` aborts. */
export function openClient(token: string, signal: AbortSignal) {
  const wait = (after: number, _options: unknown, _octokit: unknown, count: number) =>
    after <= LONGEST_WAIT && count < RETRIES;
  const options = {
    throttle: { onRateLimit: wait, onSecondaryRateLimit: wait },
    retry: { retries: RETRIES },
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  };
  const octokit = getOctokit(token, options, retry, throttling);
  // As an option, it would replace the library's own `request` settings, including its proxy.
  octokit.hook.before('request', (request) => {
    request.request.signal = signal;
  });
  return octokit.rest.repos;
}

export type Client = ReturnType<typeof openClient>;

function ignore(): void {}
