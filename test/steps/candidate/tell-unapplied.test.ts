import { describe, expect, test } from 'vitest';
import { tellEntries, tellRoutes } from '../../../src/steps/candidate/tell-unapplied.ts';
import { entry, ingress, look, situation, stackService } from '../../state/app.ts';
import { deployment, PLAIN, SERVICE, stackOf } from '../stacks.ts';

/** What of the manifests is never applied, and that the log says so. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };

describe('what is never applied', () => {
  const route = (
    path: string,
    name = 'web',
  ) => `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: ${name}}, spec: {ingressClassName: nginx,
    rules: [{host: shop.test, http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}`;
  const told = async (work: (looking: Awaited<ReturnType<typeof look>>) => void) => {
    const looking = await look();
    work(looking);
    return looking.told();
  };

  test('a live route that exists is left as it is, and its difference is reported', async () => {
    const say = (path: string) =>
      told((looking) => tellRoutes(looking.run, stackOf(...PLAIN, route(path)), situation(looking, LIVE)));
    expect(await say('/')).not.toContain('::notice::');
    expect(await say('/shop')).toContain(
      'Ingress web exists and is not changed; it differs from the manifests in spec.rules',
    );
  });

  test('one that does not exist is created by promote, and one that is no live route is left alone', async () => {
    const text = await told((looking) => {
      const planned = [ingress('web', { paths: { '/': 'web' } })];
      const found = situation(looking, { services: [V2] }, undefined, planned);
      tellRoutes(looking.run, stackOf(...PLAIN, route('/'), route('/', 'other')), found);
    });
    expect(text).toContain('Ingress web does not exist: promote will create it');
    expect(text).toContain('Ingress other is no live route of this step and is skipped');
  });

  test('the form of a plain Service stays as it was made', async () => {
    const annotated = SERVICE.replace('name: web}', 'name: web, annotations: {team: a}}');
    const say = (service: string) =>
      told((looking) =>
        tellEntries(
          looking.run,
          stackOf(deployment('web', 'volumes: [{name: data, emptyDir: {}}], '), service),
          situation(looking, { ...LIVE, services: [V1, entry('v1')] }),
        ),
      );
    expect(await say(annotated)).toContain('Service web stays as it was created; it differs from the manifests in');
    expect(await say(SERVICE)).not.toContain('stays as it was created');
  });
});
