import { expect, test } from 'vitest';
import { promote } from '../../src/modes/promote.ts';
import { keepMetrics, vector } from '../checks/metrics/server.ts';
import { json } from '../cluster/server.ts';
import { only } from '../core/support.ts';
import { as, Backend } from '../proof/backend.ts';
import { ingress, look, preview, stackService, switchNote } from '../state/app.ts';
import { recordOf, shop } from './app.ts';

/** What promote returns where it has nothing to switch, and what is said of a run that it refuses. */

const services = [stackService('v1'), stackService('v2')];
const records = [recordOf('v2')];
const at2 = (more: Parameters<typeof switchNote>[0] = {}) => [
  ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1', ...more }) }),
];
/** The preview of v2. */
const PREVIEW = ingress('greenpath-web', {
  paths: { '/green': 'web-v2' },
  metadata: { labels: { 'greenpath.dev/app': 'web' } },
});
const ADDRESSES = { addresses: '127.0.0.1:9' };

test('of what is live already: live, and nothing was written', async () => {
  const { run, asked } = await look(ADDRESSES, shop({ ingresses: at2(), services, records }));
  expect(await promote(run)).toEqual({
    state: 'live',
    revision: 'v2',
    previousRevision: 'v1',
    liveUrl: 'http://shop.test/',
    previewHeader: '',
    previewUrl: '',
    proof: '',
    certainty: '',
    changed: false,
    visitors: 'http://shop.test/ is served by web-v2 (revision v2); this run has not changed that.',
  });
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('of a switch that waits for its proof, in a dry run: switched, and it only says what would continue', async () => {
  const answer = shop({ ingresses: at2({ phase: 'switched' }), services, records });
  const { run, told } = await look({ ...ADDRESSES, 'dry-run': 'true' }, answer);
  expect(await promote(run)).toMatchObject({ state: 'switched', previousRevision: 'v1', changed: false });
  expect(told()).toContain('would continue from there');
});

test('of a candidate that nobody verified: refused, and the run ends with what it had seen', async () => {
  const answer = shop({ ingresses: [ingress(), PREVIEW], services, records });
  const { run, observer } = await look(ADDRESSES, answer);
  await expect(promote(run)).rejects.toMatchObject({ code: 'not-verified' });
  expect(observer.outcome).toMatchObject({
    state: 'unchanged',
    previousRevision: 'v1',
    visitors: 'http://shop.test/ is served by web-v1 (revision v1); this run has not changed that.',
  });
});

test('of a candidate whose bake needs a variable that the step does not set: refused before anything is written', async () => {
  const config =
    'bake: {for: 1s}\nchecks: [GET /, {request: POST /, bake: true, headers: {X-Key: "{env.NO_SUCH_KEY}"}}]';
  const { run, asked } = await look({ ...ADDRESSES, config }, shop({ ingresses: [ingress()], services, records }));
  await expect(promote(run)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining('NO_SUCH_KEY is not set there'),
  });
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('of a candidate whose bake runs a command that only the cluster names: refused before anything is switched', async () => {
  const checks = ['GET /', { command: 'true', at: 'bake' }];
  const config = { checks, bake: { for: '5s' } };
  const answer = shop({ ingresses: [ingress(), PREVIEW], services, records: [recordOf('v2', { config })] });
  const { run, asked } = await look({ ...ADDRESSES, 'require-verified': 'false' }, answer);
  await expect(promote(run)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringMatching(
      /true: this step was not given the config .* \(release\.yml: `checkout: true`; rollback\.yml: `config`\)$/,
    ),
  });
  expect(asked.every(({ method, path }) => method === 'GET' || path.includes('leases'))).toBe(true);
});

test.each([
  ['bake', 'timeout', 'what is left of the timeout is less than proof, bake and a switch back may take'],
  ['verify', 'no-candidate', 'a part of revision v2 was deleted'],
])('of a bake with a command at %s that may take the whole timeout: %s', async (at, code, message) => {
  const config = `{checks: [GET /, {command: 'true', at: ${at}, timeout: 10m}], bake: {for: 5s}}`;
  const answer = shop({ ingresses: [ingress(), PREVIEW], services, records });
  const { run } = await look({ ...ADDRESSES, config, 'require-verified': 'false' }, answer);
  await expect(promote(run)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('of a preview that is reached in another way than the config says: refused before anything is asked or written', async () => {
  const backend = await Backend.start(as('v1'));
  const { address } = backend.front;
  const config = 'preview: {host: "green.{host}"}\nchecks: [GET /]';
  const inputs = { config, addresses: `${address.host}:${address.port}`, 'require-verified': 'false' };
  const { run, asked } = await look(inputs, shop({ ingresses: [ingress(), preview('v2')], services, records }));
  await expect(promote(run)).rejects.toMatchObject({
    code: 'no-candidate',
    message: expect.stringContaining('is below /green, and the config says at green.{host}'),
  });
  expect(backend.asked).toEqual([]);
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

/** As an earlier version recorded it: no check of it runs in its bake. */
const idle = (duration: string) =>
  recordOf('v2', { config: { proof: 'off', checks: [{ request: 'POST /' }], bake: { for: duration } } });

test('of a recorded bake in which no check runs: a warning before the switch, and no time is needed for it', async () => {
  const answer = shop({ ingresses: [ingress(), PREVIEW], services, records: [idle('20m')] });
  const { run, told } = await look({ ...ADDRESSES, 'require-verified': 'false' }, answer);
  await expect(promote(run)).rejects.toMatchObject({
    code: 'no-candidate',
    message: expect.stringContaining('was deleted'),
  });
  expect(told()).toContain('No check runs in the bake of the recorded config, so there is none after the switch.');
});

test('of a switch after which such a bake would follow: it ends without one', async () => {
  const record = idle('100ms');
  const [route] = at2({ phase: 'proof-off' });
  const more = {
    [`PATCH configmaps/${record.metadata.name}`]: json(200, record),
    'PATCH ingresses/web': json(200, route),
  };
  const answer = shop({ ingresses: at2({ phase: 'switched' }), services, records: [record], more });
  const { run, told } = await look(ADDRESSES, answer);
  expect(await promote(run)).toMatchObject({ state: 'live', proof: '', revision: 'v2' });
  expect(told()).not.toContain('Baking');
});

test('of a switch that an earlier run sent: its bake compares with what was before that switch', async () => {
  const scalar = { body: JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [0, '10000'] } }) };
  const { url, asked } = await keepMetrics((one) =>
    one.url.searchParams.get('query') === 'time()' ? scalar : vector('1'),
  );
  const check = `{prometheus: 'up{r="{revision}"}', url: '${url}', compare: previous, at-most: 2, at: bake, window: 1s, every: 1s}`;
  const config = `{proof: 'off', checks: [${check}], bake: {for: 1s}}`;
  const record = recordOf('v2');
  const at = new Date(Date.now() - 600_000).toISOString();
  const ingresses = at2({ phase: 'switched', at });
  const more = {
    [`PATCH configmaps/${record.metadata.name}`]: json(200, record),
    'PATCH ingresses/web': json(200, ingresses[0]),
  };
  const { run } = await look({ ...ADDRESSES, config }, shop({ ingresses, services, records: [record], more }));
  expect(await promote(run)).toMatchObject({ state: 'live', revision: 'v2' });
  const before = asked.filter((one) => one.url.searchParams.get('query') === 'up{r="v1"}');
  // The server of metrics says 10,000 s, and the switch was 600 s ago.
  const seconds = 10_000 - Number(only(before).url.searchParams.get('time'));
  expect(seconds).toBeGreaterThan(599);
  expect(seconds).toBeLessThan(660);
});
