import { describe, expect, test } from 'vitest';
import { readElsewhere } from '../../src/state/elsewhere.ts';
import { json } from '../cluster/server.ts';
import { byPath, ingress, items, look, situation, stackService } from './app.ts';

/** Which Ingresses of other namespaces are read: those that may have the hosts of the app. */

const CLASSES = 'GET /apis/networking.k8s.io/v1/ingressclasses';
const INGRESSES = 'GET /apis/networking.k8s.io/v1/ingresses';
const DENIED = json(403, { message: 'no' });
const there = [ingress(), ingress('web', { metadata: { namespace: 'ops' } })];

async function reading(answers: Parameters<typeof byPath>[0], className = 'nginx') {
  const looking = await look({}, byPath(answers));
  const route = ingress('web', { spec: { ingressClassName: className } });
  const found = situation(looking, { ingresses: [route], services: [stackService('v1')] });
  const lists = [...(await readElsewhere(looking.run, found)).values()];
  const names = lists.map((list) => list.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  return { names, asked: looking.asked.map(({ method, path }) => `${method} ${path}`) };
}

describe('Ingresses of other namespaces', () => {
  test('are read with an account that may see the whole cluster', async () => {
    const { names, asked } = await reading({ [CLASSES]: items(), [INGRESSES]: items(...there) });
    expect(names).toEqual([['ops/web']]);
    expect(asked).toEqual([CLASSES, INGRESSES]);
  });

  test('are not asked for with one that may not even see IngressClasses', async () => {
    const { names, asked } = await reading({ [CLASSES]: DENIED, [INGRESSES]: items(...there) });
    expect(names).toEqual([]);
    expect(asked).toEqual([CLASSES]);
  });

  test('are unknown, and not none, if only they are denied', async () => {
    const { names } = await reading({ [CLASSES]: items(), [INGRESSES]: DENIED });
    expect(names).toEqual([]);
  });

  test('are read whichever router serves the app', async () => {
    const { names } = await reading({ [CLASSES]: items(), [INGRESSES]: items(...there) }, 'traefik');
    expect(names).toEqual([['ops/web']]);
  });
});
