import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../../src/checks/check.ts';
import { previewAt } from '../../../src/core/base/route-host.ts';
import type { Endpoint } from '../../../src/proof/probe.ts';
import { TestClock } from '../../clock.ts';
import { only } from '../../core/support.ts';
import { Backend, type Handler } from '../../proof/backend.ts';
import { checkOf, subjectOf, toolsIn } from '../checks.ts';

/** `page: true`: a page with what a browser loads for it, over real sockets. */

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', woff2: 'font/woff2' };
/** Answers pages with this HTML, and everything else by its ending. */
function site(html: string, others: Handler = asset): Handler {
  return (response, request, count) => {
    if (/\.\w+(\?|$)/.test(request.url ?? '')) return others(response, request, count);
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'seen=1' }).end(html);
  };
}
const asset: Handler = (response, { url = '' }) => {
  const ending = /\.(\w+)(\?|$)/.exec(url)?.[1] ?? '';
  response.writeHead(200, { 'content-type': TYPES[ending] ?? 'application/octet-stream' }).end('content');
};

interface Asked {
  readonly attempt: Attempt;
  /** What was requested after the page, in alphabetical order. */
  readonly urls: readonly string[];
  readonly requests: readonly IncomingMessage[];
}

/** One attempt of a check of a page, through an endpoint that is made from that of the server. */
async function attemptAt(
  handler: Handler,
  where: (front: Endpoint) => Endpoint = (front) => front,
  check: object = {},
): Promise<Asked> {
  const requests: IncomingMessage[] = [];
  const { front } = await Backend.start((response, request, count) => {
    requests.push(request);
    handler(response, request, count);
  });
  const made = checkOf(
    { request: 'GET /', page: true, timeout: '60s', ...check },
    'preview',
    toolsIn({ TOKEN: 'secret' }),
  );
  const attempt = await only(made.targets(subjectOf([where(front)]))).attempt(AbortSignal.timeout(60_000));
  return {
    attempt,
    requests,
    urls: requests
      .slice(1)
      .map(({ url = '' }) => url)
      .toSorted(),
  };
}
const below = (front: Endpoint) => previewAt({ by: 'path', path: '/green' }, front);
const reasonOf = ({ attempt }: Asked) => (attempt.passed ? 'passed' : attempt.reason);

const HTML = `<!doctype html><base href="assets/"><link rel=stylesheet href="app.css?v=1&amp;w=2">
<link rel=preload as=font href=a.woff2><link rel=modulepreload href=b.js><script src=app.js></script>
<script src=app.js></script><script src="https://cdn.test/c.js"></script><img src=a.png><a href=/login>`;

test('each script, stylesheet and preload is requested once, below the preview', async () => {
  const { attempt, urls } = await attemptAt(site(HTML), below);
  expect(attempt).toMatchObject({ passed: true, seen: 'with 4 assets (1 elsewhere, not requested)' });
  const assets = ['a.woff2', 'app.css?v=1&w=2', 'app.js', 'b.js'];
  expect(urls).toEqual(assets.map((path) => `/green/assets/${path}`));
});

test('its requests carry what that of the page does, and the cookies that the page set', async () => {
  const at = (front: Endpoint) => previewAt({ by: 'header', name: 'X-Preview', value: 'green' }, front);
  const { attempt, requests } = await attemptAt(site('<script src=/app.js>'), at, { auth: { bearer: '{env.TOKEN}' } });
  expect(attempt).toMatchObject({ passed: true, seen: 'with 1 asset' });
  const [page, script] = requests.map(({ headers, url }) => ({ url, ...headers }));
  expect(page).toMatchObject({ url: '/', authorization: 'Bearer secret', 'x-preview': 'green' });
  expect(script).toMatchObject({
    url: '/app.js',
    authorization: 'Bearer secret',
    'x-preview': 'green',
    cookie: 'seen=1',
  });
});

test('after redirects, the address of the last page counts', async () => {
  const handler: Handler = (response, request, count) =>
    request.url === '/green/'
      ? void response.writeHead(302, { location: '/green/de/home' }).end()
      : site('<script src=app.js>')(response, request, count);
  const { attempt, urls } = await attemptAt(handler, below, { follow: true });
  expect(attempt.passed).toBe(true);
  expect(urls).toEqual(['/green/de/app.js', '/green/de/home']);
});

describe('what is not of the candidate', () => {
  test('from the root, below a path: a browser gets the live version, and nothing is requested', async () => {
    const asked = await attemptAt(site('<script src=/app.js></script><link rel=stylesheet href=ok.css>'), below);
    expect(reasonOf(asked)).toBe(
      "1 of 2 assets of the page fails: /app.js (script): a browser gets the live version's, since it does not begin with /green",
    );
    expect(asked.urls).toEqual(['/green/ok.css']);
  });

  test('on the live host, at a host of its own', async () => {
    const at = (front: Endpoint) => previewAt({ by: 'host', host: 'green.{host}' }, front);
    const asked = await attemptAt(site('<script src="//example.test/a.js"></script><script src=/b.js></script>'), at);
    expect(reasonOf(asked)).toBe(
      "1 of 2 assets of the page fails: /a.js (script): a browser gets the live version's, since it is on example.test",
    );
    expect(asked.urls).toEqual(['/b.js']);
  });

  test('of another application on the host: it gets no request, and no credentials', async () => {
    const at = (front: Endpoint) => ({ ...front, serves: (path: string) => !path.startsWith('/sso/') });
    const { attempt, urls } = await attemptAt(site('<script src=/sso/a.js></script><script src=/b.js>'), at);
    expect(attempt).toMatchObject({ passed: true, seen: 'with 1 asset (1 elsewhere, not requested)' });
    expect(urls).toEqual(['/b.js']);
  });

  test('a path that hides where it leads', async () => {
    const asked = await attemptAt(site('<script src="..%2fapp.js">'), below);
    expect(reasonOf(asked)).toContain("/green/..%2fapp.js (script): a browser gets the live version's");
    expect(asked.urls).toEqual([]);
  });
});

test.each([
  ['a.js', 'text/javascript; charset=utf-8', 'passed'],
  ['a.js', 'application/x-javascript', 'passed'],
  ['a.js', 'text/plain', 'content-type is "text/plain"; expected JavaScript'],
  ['a.js', undefined, 'content-type is missing; expected JavaScript'],
  ['a.css', 'text/css', 'passed'],
  ['a.css', 'text/html', 'content-type is "text/html"; expected text/css'],
  ['a.woff2', 'application/octet-stream', 'passed'],
  ['a.woff2', 'text/html', 'content-type is "text/html"; expected another type than that of a page'],
])('%s of the type %s: %s', async (path, type, how) => {
  const tags = { js: 'script src', css: 'link rel=stylesheet href', woff2: 'link rel=preload as=font href' };
  const tag = tags[path.slice(2) as keyof typeof tags];
  const typed = type === undefined ? {} : { 'content-type': type };
  const asked = await attemptAt(site(`<${tag}=${path}>`, (response) => void response.writeHead(200, typed).end()));
  expect(reasonOf(asked)).toContain(how);
});

describe('within limits', () => {
  test('many are requested six at a time', async () => {
    const open: (() => void)[] = [];
    let most = 0;
    // Six are answered after a request that comes later, so that a seventh would have come by then.
    const counting: Handler = async (response, request, count) => {
      open.push(() => asset(response, request, count));
      if (open.length !== 6) return;
      await fetch(`http://127.0.0.1:${request.socket.localPort}/`);
      most = Math.max(most, open.length);
      for (const answer of open.splice(0)) answer();
    };
    const scripts = Array.from({ length: 60 }, (_, index) => `<script src=${index}.js></script>`).join('');
    const { attempt } = await attemptAt(site(scripts, counting));
    expect(attempt).toMatchObject({ passed: true, seen: 'with 60 assets' });
    expect(most).toBe(6);
  });

  test('more than 200 are not requested at all', async () => {
    const scripts = Array.from({ length: 201 }, (_, index) => `<script src=${index}.js></script>`).join('');
    const asked = await attemptAt(site(scripts));
    expect(reasonOf(asked)).toBe('the page needs 201 assets, and at most 200 are requested');
    expect(asked.urls).toEqual([]);
  });

  test('all together have the timeout of the check', async () => {
    const clock = new TestClock();
    let open = 0;
    const held = Promise.withResolvers<void>();
    const scripts = Array.from({ length: 20 }, (_, index) => `<script src=${index}.js></script>`).join('');
    const { front } = await Backend.start(
      site(scripts, () => {
        open += 1;
        if (open === 6) held.resolve();
      }),
    );
    const check = checkOf({ request: 'GET /', page: true, timeout: '5s' }, 'preview', toolsIn({}, clock));
    const attempt = only(check.targets(subjectOf([front]))).attempt(AbortSignal.timeout(60_000));
    await held.promise;
    await clock.advance(5_000);
    expect(await attempt).toMatchObject({
      passed: false,
      who: 'bad',
      reason: expect.stringMatching(
        /^20 of 20 assets of the page fail: \/0\.js \(script\): no complete answer within 5000 ms, .*; and 18 more$/,
      ),
      detail: {
        text: expect.stringMatching(/19\.js \(script\): there was no time left to request it \(timeout: 5\.0 s\)$/),
      },
    });
    expect(open).toBe(6);
  });

  test('a page longer than 1 MiB is not known', async () => {
    const asked = await attemptAt(site(`${' '.repeat(1024 * 1024)}<script src=a.js>`));
    expect(reasonOf(asked)).toBe('the page is longer than 1 MiB, so it is not known what it needs');
  });

  test('its last script may be far below', async () => {
    const links = '<a href=/>'.repeat(6_000);
    const { urls } = await attemptAt(site(`${links}${' '.repeat(900 * 1024)}<script src=a.js>`));
    expect(urls).toEqual(['/a.js']);
  });
});

test('a page fails as any other answer does before its assets are requested', async () => {
  const asked = await attemptAt(site('<script src=a.js>'), undefined, { expect: { status: 404 } });
  expect(reasonOf(asked)).toBe('status 200; expected 404');
  expect(asked.urls).toEqual([]);
});

test('a check that only has to decide quickly requests no assets', async () => {
  const { front } = await Backend.start(
    site('<script src=missing.js>', (response) => void response.writeHead(404).end()),
  );
  const check = checkOf({ request: 'GET /', page: true, timeout: '60s' }, 'rollback');
  const targets = check.targets(subjectOf([front], { skipsBlame: true }));
  expect(await only(targets).attempt(AbortSignal.timeout(60_000))).toMatchObject({ passed: true });
});
