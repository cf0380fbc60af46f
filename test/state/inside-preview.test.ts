import { describe, expect, test } from 'vitest';
import { ingress, look, situation, stackService } from './app.ts';

/** Live Ingresses that strip a prefix themselves, with the preview of a candidate among their paths. */

const [V1, V2] = [stackService('v1'), stackService('v2')];

describe('a preview inside the live Ingress', () => {
  const rewrite = { annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' } };
  const classic = (paths: Record<string, string>) => ({
    ingresses: [ingress('web', { paths, metadata: rewrite })],
    services: [V1, V2],
  });
  const PREVIEWED = classic({ '/()(.*)': 'web-v1', '/green(/|$)(.*)': 'web-v2' });

  test.each(['{}', 'preview: {path: /green}'])('is that of the config %s', async (config) => {
    const found = situation(await look({ config }), PREVIEWED);
    expect(found).toMatchObject({ revision: 'v1', preview: [{ service: 'web-v2' }] });
  });

  test.each([
    ['{preview: {path: /next}}', 'below /next'],
    ['{preview: {host: green.shop.test}}', 'green.shop.test'],
    ['{identity: {header: X-Revision}, preview: {header: {}}}', 'X-Preview'],
  ])('is refused by name where the config is %s', async (config, wanted) => {
    const looking = await look({ config });
    const namesBoth = new RegExp(`^Ingress web contains the preview of revision v2 below /green, .*${wanted}`);
    expect(() => situation(looking, PREVIEWED)).toThrow(
      expect.objectContaining({
        code: 'no-candidate',
        message: expect.stringMatching(namesBoth),
        next: expect.stringMatching(/path: \/green.*reject for revision v2 without the input config.*deploy-green/),
      }),
    );
  });

  test.each([
    'preview: {path: /next}',
    'preview: {host: green.shop.test}',
    '{identity: {header: X-Revision}, preview: {header: {}}}',
  ])('keeps no visitor from getting back where the config is %s', async (config) => {
    const looking = await look({ mode: 'rollback', revision: '', config });
    const paths = { '/()(.*)': 'web-v2', '/green(/|$)(.*)': 'web-v3', '/green/api(/|$)(.*)': 'web-v3' };
    const found = situation(looking, {
      ...classic({ ...paths, '/api(/|$)(.*)': 'web-v2' }),
      services: [V1, V2, stackService('v3')],
    });
    expect(found).toMatchObject({
      ...{ revision: 'v2', deployedKind: { by: 'path', path: '/green' } },
      preview: [{ service: 'web-v3' }, { service: 'web-v3' }],
    });
    expect(found.rules.map(({ path }) => path)).toEqual(['/()(.*)', '/api(/|$)(.*)']);
    expect(looking.told()).toMatch(
      /warning.*Ingress web contains the preview of revision v3 below \/green, and the config/,
    );
  });

  test.each<[string, Record<string, string>]>([
    ['one prefix', { '/app(/|$)(.*)': 'web-v1', '/green/app(/|$)(.*)': 'web-v2' }],
    [
      'a prefix beside the root',
      {
        '/()(.*)': 'web-v1',
        '/shopping(/|$)(.*)': 'web-v1',
        '/green(/|$)(.*)': 'web-v2',
        '/green/shopping(/|$)(.*)': 'web-v2',
      },
    ],
  ])('is not what is live below a prefix that the router strips: %s', async (_, paths) => {
    const found = situation(await look({}), classic(paths));
    expect(found.revision).toBe('v1');
    expect(new Set(found.preview.map(({ service }) => service))).toEqual(new Set(['web-v2']));
  });

  test('below another prefix is named where what is live is below a prefix too', async () => {
    const looking = await look({ config: 'preview: {path: /next}' });
    const paths = { '/app(/|$)(.*)': 'web-v1', '/green/app(/|$)(.*)': 'web-v2' };
    expect(() => situation(looking, classic(paths))).toThrow('contains the preview of revision v2 below /green');
  });

  test('is none where the paths of the app name one revision', async () => {
    const found = situation(
      await look({ config: 'preview: {path: /next}' }),
      classic({ '/()(.*)': 'web-v1', '/green(/|$)(.*)': 'web-v1' }),
    );
    expect(found).toMatchObject({ revision: 'v1', preview: [] });
  });
});
