import { describe, expect, test } from 'vitest';
import { servicesOf } from '../../../src/core/release/route.ts';
import { planOwnRoutes } from '../../../src/steps/own-routes/own-routes.ts';
import { parkJoined, unparked } from '../../../src/steps/own-routes/parking.ts';
import { switchRoutes } from '../../../src/steps/switch/switch.ts';
import { json } from '../../cluster/server.ts';
import { present, side, thrownBy } from '../../core/support.ts';
import { ingress, look, preview, situation, stackService } from '../../state/app.ts';

/** Which kind of preview an app gets, and what follows from it for parking and switches. */

const SERVICES = [stackService('v1'), stackService('v2'), stackService('v3')];
const GREEN = side('web-v2');
const OTHER = ingress('other', { paths: { '/api': 'api' } });
/** On this host the preview's regex would change how /api matches. */
const FAN_OUT = { ingresses: [ingress(), OTHER], services: SERVICES };
const PREFIX = 'nginx.ingress.kubernetes.io/';

async function planned(config: string, given: Parameters<typeof situation>[1] = FAN_OUT) {
  const looking = await look({ config });
  const found = situation(looking, given);
  return { ...planOwnRoutes(looking.run, found, [GREEN]), told: looking.told() };
}

/** The preview of v2 by header, as it was created at a time. */
function canary(creationTimestamp: string) {
  const { metadata, ...rest } = preview('v2');
  const annotations = { [`${PREFIX}canary`]: 'true', [`${PREFIX}canary-by-header`]: 'X-Preview' };
  return { ...rest, metadata: { ...metadata, annotations, creationTimestamp } };
}

describe('without a word in the config, the preview', () => {
  test('is below a path where that changes nothing', async () => {
    const { kind, told } = await planned('', { ingresses: [ingress()], services: SERVICES });
    expect(kind).toEqual({ by: 'path', path: '/green' });
    expect(told).not.toContain('since none below');
  });

  test('is by a header where a path would change others, and the log says why', async () => {
    const { kind, told, joined, parking } = await planned('');
    expect(kind).toEqual({ by: 'header', name: 'X-Preview', value: 'green' });
    expect(told).toContain('since none below /green is possible: the preview would change how shop.test/api (Prefix)');
    expect(joined).toEqual(['web-v2']);
    expect(parking.routes.flatMap(({ paths }) => servicesOf(paths))).toEqual(['web-v1', 'web-v3']);
  });

  test('is refused as one below a path, if a header cannot be either', async () => {
    const rival = ingress('rival', {
      paths: { '/': 'rival' },
      metadata: { annotations: { [`${PREFIX}canary`]: 'true' } },
    });
    const looking = await look();
    const found = situation(looking, { ...FAN_OUT, ingresses: [...FAN_OUT.ingresses, rival] });
    expect(thrownBy(() => planOwnRoutes(looking.run, found, [GREEN]))).toMatchObject({
      code: 'preview-side-effect',
      message: expect.stringMatching(
        /would change how shop\.test\/api .* Nor is a preview by header possible: .*rival/,
      ),
    });
  });

  test('is below a path at the first release, whose own paths nobody visits yet', async () => {
    const looking = await look();
    const route = ingress('web', { paths: { '/': 'web', '/api': 'web2' } });
    const found = situation(looking, { services: SERVICES }, undefined, [route]);
    expect(planOwnRoutes(looking.run, found, [GREEN]).kind.by).toBe('path');
  });
});

test('that the router should name is refused where it cannot, whatever kind of preview there would be', async () => {
  await expect(planned('identity: router')).rejects.toMatchObject({
    code: 'route',
    message: expect.stringMatching(/^identity: router is not possible for Ingress web: behind an Ingress, /),
  });
});

test.each<[string, string]>([
  ['preview: {path: /green}', 'preview-side-effect'],
  ['preview: {host: shop.test}', 'preview-taken'],
])('%s is what is planned, or refused: %s', async (config, code) => {
  const looking = await look({ config });
  const found = situation(looking, FAN_OUT);
  expect(thrownBy(() => planOwnRoutes(looking.run, found, [GREEN]))).toMatchObject({ code });
});

test('where a path would change others, one at a host of its own does not', async () => {
  const { previews } = await planned('preview: {host: "green.{host}"}');
  expect(present(previews[0]).own.objects).toMatchObject([{ spec: { rules: [{ host: 'green.shop.test' }] } }]);
});

describe('a preview that is joined to the live paths', () => {
  const at = (time: string) => ({
    ingresses: [ingress('web', { metadata: { creationTimestamp: '2026-05-01T10:00:00Z' } }), canary(time)],
    services: SERVICES,
  });

  test('holds the Services that it names, so a switch need not park them', async () => {
    const looking = await look();
    const held = situation(looking, at('2026-05-01T11:00:00Z'));
    expect(unparked(held, GREEN)).toEqual(['web-v1']);
    const plain = { ...at(''), ingresses: [ingress(), preview('v2')] };
    expect(unparked(situation(looking, plain), GREEN)).toEqual(['web-v1', 'web-v2']);
  });

  test('hands them over to parking before it goes', async () => {
    const looking = await look({}, json(200, ingress('greenpath-web-parking')));
    await parkJoined(looking.run, situation(looking, at('2026-05-01T11:00:00Z')), GREEN, looking.run.inputs.config);
    expect(looking.asked.map(({ path }) => path.replace(/\?.*$/, '').replace(/^.*\//, ''))).toEqual([
      'greenpath-web-parking',
    ]);
    expect(JSON.stringify(looking.asked[0]?.body)).toContain('web-v2');
  });

  test('stops a switch to its Services if it is older than the live route, and no other switch', async () => {
    const looking = await look();
    const found = situation(looking, at('2026-05-01T09:00:00Z'));
    await expect(switchRoutes(looking.run, found, GREEN, { previous: 'v1' }, {})).rejects.toMatchObject({
      code: 'preview-side-effect',
    });
    expect(looking.asked).toEqual([]);
    await expect(switchRoutes(looking.run, found, side('web-v3'), { previous: 'v1' }, {})).rejects.not.toMatchObject({
      code: 'preview-side-effect',
    });
    expect(looking.asked.map(({ method }) => method)).toContain('PATCH');
  });
});
