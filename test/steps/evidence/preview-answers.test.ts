import { describe, expect, test } from 'vitest';
import type { PreviewKind } from '../../../src/core/base/preview-kind.ts';
import { previewAt } from '../../../src/core/base/route-host.ts';
import { versionProbeFor } from '../../../src/core/checks/version-probe.ts';
import type { Endpoint, Seen } from '../../../src/proof/probe.ts';
import type { ReleaseRecord } from '../../../src/state/records.ts';
import { runChecks } from '../../../src/steps/checks/run-checks.ts';
import { askPreview } from '../../../src/steps/evidence/ask-preview.ts';
import { PreviewAnswers } from '../../../src/steps/evidence/preview-answers.ts';
import { Samples } from '../../../src/steps/evidence/samples.ts';
import { configOf } from '../../checks/checks.ts';
import { RELEASE } from '../../core/release/recorded.ts';
import { Backend, type Handler } from '../../proof/backend.ts';
import { fixed } from '../../proof/fixed.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

/** What verify says of the preview by the answers that its checks got. */

const PATH: PreviewKind = { by: 'path', path: '/green' };
const HEADER: PreviewKind = { by: 'header', name: 'X-Preview', value: 'green' };

/** Verifies by these checks at a preview of a kind; what was said, and how often the application was asked. */
async function verified(
  kind: PreviewKind,
  handler: Handler,
  checks: unknown[] = ['GET /'],
  more: Partial<Endpoint> = {},
) {
  const backend = await Backend.start(handler);
  const looking = await look({ mode: 'verify' });
  const found = situation(looking, { ingresses: [ingress()], services: [stackService('v1')] });
  const preview = fixed(previewAt(kind, { ...backend.front, ...more }));
  const config = configOf({ checks: checks.map(patient), verify: { passes: 1, within: '200ms' } });
  const release = { config, release: RELEASE };
  await runChecks(looking.run, release, { ...found, previewKind: kind }, { live: fixed(), preview }).catch(
    () => undefined,
  );
  const lines = looking.told().split('\n');
  return { said: lines.filter((line) => /^::(notice|warning)/.test(line)), asked: backend.asked.length };
}
const patient = (check: unknown) => ({
  ...(typeof check === 'string' ? { request: check } : Object(check)),
  timeout: '60s',
});
const answer =
  (headers: Record<string, string>, body = ''): Handler =>
  (response) =>
    void response.writeHead(200, headers).end(body);
const page = (html: string, type = 'text/html') => answer({ 'content-type': type }, html);

describe('a page below a path', () => {
  const HTML =
    '<link rel=stylesheet href=/assets/app.css><script src=/assets/app.js></script><script src=own.js></script>' +
    '<img src=/green/a.png><a href=/login>Log in</a><a href=/login#now>Log in</a><a href=about>About</a>';

  test('that names URLs of the live version is one notice, and costs no request', async () => {
    const { said, asked } = await verified(PATH, page(HTML), ['GET /', 'GET /?again', 'GET /other']);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(
      'names 2 assets (scripts, stylesheets, images) and 1 link without /green in front, such as /assets/app.css',
    );
    expect(said[0]).toContain(
      'A preview by host (preview: {host: green.example.com}) or by header (preview: {header: {}})',
    );
    expect(asked).toBe(3);
  });

  test.each([
    ['what the versions are compared by', undefined],
    ['what shows that the preview is reached', { header: 'X-Revision', path: '/' }],
  ])('that no check gets is told of if it is %s, without a further request', async (_, identity) => {
    const backend = await Backend.start(answer({ 'content-type': 'text/html', 'x-revision': 'v2' }, HTML));
    const looking = await look({ mode: 'verify' });
    const found = situation(looking, { ingresses: [ingress()], services: [stackService('v1')] });
    const config = configOf({ checks: [{ command: 'exit 0' }], ...(identity && { identity }) });
    const places = { live: fixed(), preview: fixed(previewAt(PATH, backend.front)) };
    const answers = new PreviewAnswers(looking.run, PATH);
    const onPreview = (seen: Seen) => answers.noteProbe(seen);
    const wanted = { answers: 1, least: 0, settleTime: 0, within: 60_000, accepted: onPreview };
    const error = { code: 'check-failed', what: '', next: '' } as const;
    if (identity === undefined)
      await new Samples(looking.run, { config, release: RELEASE } as ReleaseRecord, places, onPreview).take();
    else {
      const preview = {
        situation: found,
        config,
        endpoints: places.preview,
        versionProbe: versionProbeFor(config, 'v2'),
      };
      await askPreview(looking.run, preview, wanted, error);
    }
    await runChecks(looking.run, { config, release: RELEASE }, found, places, answers);
    expect(looking.told()).toMatch(/^::notice.*What verify got from the preview names 2 assets .* and 1 link without/m);
    // A proof may have sent its next request already when it ends.
    if (identity === undefined) expect(backend.asked).toHaveLength(1);
  });

  test('that nobody gets is not looked for', async () => {
    const handler: Handler = (response, request, count) =>
      (request.url === '/green/healthz' ? answer({}, 'ok') : page(HTML))(response, request, count);
    expect(await verified(PATH, handler, ['GET /healthz'])).toEqual({ said: [], asked: 1 });
  });

  test('is told of also if a check fails by it', async () => {
    const { said } = await verified(PATH, page('<script src=/a.js></script>'), [{ request: 'GET /', page: true }]);
    expect(said.join()).toContain(
      'names 1 asset (scripts, stylesheets, images) without /green in front, such as /a.js',
    );
  });

  test.each<[string, Handler, unknown?, Partial<Endpoint>?]>([
    [
      'that names only its own',
      page('<script src=a.js></script><a href=/green/b>b</a><a href="https://x.test/">x</a>'),
    ],
    ['that is none', page(HTML, 'text/plain')],
    ['that is an error', (response) => void response.writeHead(404, { 'content-type': 'text/html' }).end(HTML)],
    ['after a POST', page(HTML), 'POST /'],
    ['that names another application', page('<a href=/login>Log in</a>'), 'GET /', { serves: (path) => path === '/' }],
  ])('%s is no notice', async (_, handler, check = 'GET /', more = {}) => {
    expect((await verified(PATH, handler, [check], more)).said).toEqual([]);
  });

  test('at a preview by header is no notice', async () => {
    expect((await verified(HEADER, page(HTML))).said).toEqual([]);
  });
});

describe('a cache in front of a preview by header', () => {
  test('that an answer shows is one warning', async () => {
    const { said } = await verified(HEADER, answer({ age: '7', 'cache-control': 'max-age=60' }), ['GET /', 'GET /b']);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^::warning.*with X-Preview: green was answered with age: 7, so a cache is in front/);
  });

  test('that may store an answer is one notice', async () => {
    const { said } = await verified(HEADER, answer({ 'cache-control': 'public, max-age=60' }), ['GET /', 'GET /b']);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^::notice.*was answered with cache-control: public, max-age=60 and without Vary: X-Preview: a cache in front/,
    );
  });

  test.each<[string, PreviewKind, Record<string, string>]>([
    ['is varied by', HEADER, { 'cache-control': 'public', vary: 'x-preview' }],
    ['is no matter below a path', PATH, { age: '7' }],
    ['is not shown', HEADER, {}],
  ])('that %s', async (_, kind, headers) => {
    expect((await verified(kind, answer(headers))).said).toEqual([]);
  });
});
