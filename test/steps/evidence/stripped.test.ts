import { describe, expect, test } from 'vitest';
import { tellUnstripped } from '../../../src/steps/evidence/stripped.ts';
import { Backend } from '../../proof/backend.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

/** What is said of a router that nobody has tried, after its preview answered. */

const SERVICES = [stackService('v1'), stackService('v2')];
const CHECKS = 'checks: [GET /healthz], identity: {header: X-Revision}';

/** A single-page application with a health check, behind a router that strips the preview path, or does not. */
async function behind(
  isStripping: boolean,
  config: string,
  paths: Readonly<Record<string, string>> = { '/': 'web-v1' },
) {
  const asked: string[] = [];
  const { front } = await Backend.start((response, { url = '' }) => {
    asked.push(url);
    const path = isStripping ? url.replace(/^\/green/, '') : url;
    const type = path === '/healthz' ? 'application/json' : 'text/html';
    response.writeHead(200, { 'x-revision': 'v2', 'content-type': type }).end('{}');
  });
  const looking = await look({ config, addresses: `${front.address.host}:${front.address.port}` });
  await tellUnstripped(looking.run, situation(looking, { ingresses: [ingress('web', { paths })], services: SERVICES }));
  return { asked, told: looking.told() };
}

describe('that the preview path is stripped', () => {
  test('was not seen of a router that does not, although all checks pass', async () => {
    const { asked, told } = await behind(false, `{router: haproxy, ${CHECKS}}`);
    expect(asked).toEqual(expect.arrayContaining(['/green/healthz', expect.stringMatching(/^\/green\/[0-9a-f]{32}$/)]));
    expect(told).toContain(
      'It was not seen that the Ingress Controller of HAProxy Technologies strips /green: no answer below http://shop.test/green/ differed in status or type from that to a path that nobody can guess',
    );
  });

  test('is seen where one path is answered in another way than the rest', async () => {
    const { told } = await behind(true, `{router: haproxy, ${CHECKS}}`);
    expect(told).not.toContain('It was not seen');
  });

  test('is not seen where no check requests such a path', async () => {
    const { told } = await behind(true, '{router: haproxy, checks: [GET /]}');
    expect(told).toContain('It was not seen that');
  });

  test('is not seen where the path beside it belongs to nobody', async () => {
    const { asked, told } = await behind(true, `{router: haproxy, ${CHECKS}}`, { '/healthz': 'web-v1' });
    expect(asked).toEqual([]);
    expect(told).toContain('It was not seen that');
  });

  test.each([
    ['the router was tried', `{router: nginx, ${CHECKS}}`],
    ['nothing is to be stripped', `{router: haproxy, ${CHECKS}, preview: {host: green.shop.test}}`],
    ['proof is off', `{router: haproxy, ${CHECKS}, proof: off}`],
  ])('nobody asks if %s', async (_, config) => {
    const { asked, told } = await behind(false, config);
    expect(asked).toEqual([]);
    expect(told).not.toContain('It was not seen');
  });
});
