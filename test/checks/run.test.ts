import { expect, test } from 'vitest';
import { runCheck } from '../../src/checks/run.ts';
import { type Config, parseConfig } from '../../src/core/base/config.ts';
import { only } from '../core/support.ts';
import { as, Backend } from '../proof/backend.ts';

/** One check over real sockets: what passes it, and what it says else. */

function configOf(more: object): Config {
  const verify = { passes: 2, interval: '50ms', within: '300ms' };
  const result = parseConfig({ verify, ...more });
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return result.config;
}
const resultOf = async (config: Config, handler: Parameters<typeof Backend.start>[0], revision = 'v2') => {
  const { front: endpoint } = await Backend.start(handler);
  const request = { endpoints: [endpoint], prefix: '/green', revision, config };
  return runCheck(only(config.checks), request, AbortSignal.timeout(20_000));
};
const run = async (...given: Parameters<typeof resultOf>) => (await resultOf(...given)).failure;
const identity = { header: 'X-Revision' };

test.each([302, 401, 503])('a %i that it expects passes, and any other status does not', async (status) => {
  const config = configOf({ checks: [{ request: 'GET /', expect: { status } }] });
  expect(await run(config, as('v2', status))).toBeUndefined();
  expect(await run(config, as('v2', 404))).toBe(`status 404; expected ${status}`);
});

test('an answer of another revision does not pass; of one before Greenpath, none has to be named', async () => {
  expect(await run(configOf({ identity }), as('v2'))).toBeUndefined();
  expect(await run(configOf({ identity }), as('v1'))).toContain('not answered by v2: header X-Revision is v1');
  const silent: Parameters<typeof Backend.start>[0] = (response) => void response.end('old');
  expect(await run(configOf({ identity }), silent)).toContain('header X-Revision is missing');
  expect(await run(configOf({ identity }), silent, 'adopted')).toBeUndefined();
});

test('an answer that refuses is told as such, so that its cause can be looked for', async () => {
  const refused = await resultOf(configOf({}), as('v2', 401));
  expect(refused).toMatchObject({
    failure: 'status 401; expected 2xx',
    refused: { refusal: 'login', path: '/green/' },
  });
  expect((await resultOf(configOf({}), as('v2', 404))).refused).toBeUndefined();
});
