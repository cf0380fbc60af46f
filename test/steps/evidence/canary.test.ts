import { describe, expect, test } from 'vitest';
import { becauseOf, canaryBehind, refuseCanaries, tellCanaries } from '../../../src/steps/evidence/canary.ts';
import { side } from '../../core/support.ts';
import { byPath, ingress, items, look, service, situation, slice, stackService } from '../../state/app.ts';

/** Canaries of somebody else's: a switch that they keep from being proven, and how they are ended. */

const SERVICES = [stackService('v1'), stackService('v2'), service('beta', { app: 'beta' })];
const canary = (to = 'beta', more: object = {}) => {
  const annotations = {
    'nginx.ingress.kubernetes.io/canary': 'true',
    'nginx.ingress.kubernetes.io/canary-weight': '10',
  };
  return ingress('beta', { paths: { '/': to }, metadata: { annotations }, ...more });
};
const servedAt = (ip: string) => ({ status: { loadBalancer: { ingress: [{ ip }] } } });
const GREEN = side('web-v2');
const TEXT = 'Ingress beta is a canary of shop.test/ and takes 10 % of its visitors to Service beta';

describe('a canary of a live path', () => {
  test.each<[string, ReturnType<typeof canary>, object[], boolean]>([
    ['keeps a switch from being proven', canary(), [slice('beta', 1)], true],
    ['counts also where its Service selects nothing: nobody sees what is behind it', canary('outside'), [], true],
    ['without a pod takes nobody', canary(), [], false],
    [
      'of another class, at addresses of its own, is of another router',
      { ...canary('beta', { spec: { ingressClassName: 'kong' } }), ...servedAt('10.0.0.2') },
      [slice('beta', 1)],
      false,
    ],
    ['that leads to green shows nothing else', canary('web-v2'), [slice('web-v2', 1)], false],
  ])('%s', async (_, other, slices, refused) => {
    const looking = await look();
    const { selector: _none, ...spec } = service('outside', {}).spec;
    const outside = { ...service('outside', {}), spec };
    const namespace = {
      ingresses: [{ ...ingress(), ...servedAt('10.0.0.1') }, other],
      services: [...SERVICES, outside],
      slices: slices as never,
    };
    const found = situation(looking, namespace);
    const refuse = () => refuseCanaries(looking.run, found, GREEN, looking.run.inputs.config);
    if (refused) expect(refuse).toThrow(expect.objectContaining({ code: 'proof-impossible' }));
    else expect(refuse).not.toThrow();
  });

  test.each([
    ['{}', 'rollback', 'its proof most likely fails'],
    ['{}', 'promote', 'promote will refuse while it does'],
    ['proof: off', 'promote', 'It continues after the switch, and nothing will check'],
  ] as const)('is reported with what follows, by config %s before %s', async (config, next, then) => {
    const looking = await look({ config });
    const found = situation(looking, {
      ingresses: [ingress(), canary()],
      services: SERVICES,
      slices: [slice('beta', 1)],
    });
    tellCanaries(looking.run, found, GREEN, looking.run.inputs.config, next);
    expect(looking.told()).toContain(`${TEXT}. `);
    expect(looking.told()).toContain(then);
  });

  test('does not matter to a switch that nobody proves', async () => {
    const looking = await look({ config: 'proof: off' });
    const found = situation(looking, {
      ingresses: [ingress(), canary()],
      services: SERVICES,
      slices: [slice('beta', 1)],
    });
    refuseCanaries(looking.run, found, GREEN, looking.run.inputs.config);
    expect(looking.told()).toContain(`::warning::${TEXT}`);
  });
});

describe('after a proof that failed', () => {
  const answers = (...ingresses: object[]) =>
    byPath({
      'GET ingresses': items(...ingresses),
      'GET services': items(...SERVICES),
      'GET endpointslices': items(slice('beta', 1)),
    });

  test('one that was made meanwhile is looked for', async () => {
    const looking = await look({}, answers(ingress(), canary()));
    const found = situation(looking, { ingresses: [ingress()], services: SERVICES });
    const behind = await canaryBehind(looking.run, found, GREEN);
    expect(becauseOf(behind)).toBe(`. ${TEXT}`);
    expect(behind?.end).toBe('Set canary-weight of Ingress beta to "0", or delete it');
  });

  test('nobody knows of one where the API server says nothing', async () => {
    const looking = await look({}, byPath({}));
    const found = situation(looking, {
      ingresses: [ingress(), canary()],
      services: SERVICES,
      slices: [slice('beta', 1)],
    });
    expect(await canaryBehind(looking.run, found, GREEN)).toBeUndefined();
    expect(becauseOf(undefined)).toBe('');
  });
});
