import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { ROUTER_HEADER } from '../../../src/core/base/config.ts';
import { versionProbeFor } from '../../../src/core/checks/version-probe.ts';
import { markFor } from '../../../src/core/release/router-mark.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import type { Situation } from '../../../src/state/situation.ts';
import { liveIdentity, unlessNamed } from '../../../src/steps/evidence/live-marks.ts';
import { httpRouteOf } from '../../routes/httproute/routes.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

/** `identity: router` where the live rules name nothing yet, or a version that they do not lead to. */

const parsed = parseConfig({ identity: 'router', checks: ['GET /'] });
if ('problems' in parsed) throw new Error(parsed.problems.join('; '));
const { config } = parsed;
const live = (name?: string): Pick<Situation, 'routes'> => {
  const filter = `{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: ${ROUTER_HEADER.toLowerCase()}, value: ${name}}]}}`;
  const filters = name === undefined ? '' : `filters: [${filter}], `;
  const made = httpRouteOf(`{parentRefs: [{name: g}], rules: [{${filters}backendRefs: [{name: web-v1, port: 80}]}]}`);
  const route = routeOf(httpRoute, made);
  return { routes: [{ ...route, rules: route.paths, exists: true, revision: 'v1' }] } as unknown as Situation;
};

describe('live answers name the live version', () => {
  test('if its rules do, and not before a switch has written that, or after somebody moved the backends', () => {
    expect(liveIdentity(config, live('v1'), 'v1')).toBe(config.identity);
    expect(liveIdentity(config, live(), 'v1')).toBeUndefined();
    expect(liveIdentity(config, live('v2'), 'v1')).toBeUndefined();
  });

  test('by another identity whatever the rules say', () => {
    const identity = { header: 'X-Revision', path: undefined } as unknown as typeof config.identity;
    expect(liveIdentity({ identity }, live(), 'v1')).toBe(identity);
  });
});

describe('a switch to a version that the rules name already', () => {
  const probed = async (name: string | undefined, to: string) => {
    const { run, told } = await look();
    const probe = unlessNamed(run, config, live(name), to, versionProbeFor(config, to));
    return { proof: probe.proof, told: told() };
  };
  test('is not proven by that name', async () => {
    const { proof, told } = await probed('v2', 'v2');
    expect(proof).toBe('none');
    expect(told).toContain('names v2 in its answers already');
  });
  test('is not proven by a name that the router cannot give', async () => {
    const looking = await look();
    const { run, told } = looking;
    const found = situation(looking, { ingresses: [ingress()], services: [stackService('v1')] });
    expect(unlessNamed(run, config, found, 'v2', versionProbeFor(config, 'v2')).proof).toBe('none');
    expect(told()).toContain('identity: router is not possible for ');
  });
  test('is proven otherwise', async () => {
    expect(await probed('v1', 'v2')).toEqual({ proof: 'identity', told: '' });
    expect(await probed(undefined, 'v2')).toEqual({ proof: 'identity', told: '' });
    expect(await probed('v1', 'v1')).toEqual({ proof: 'identity', told: '' });
  });
});

test('a rule that led to no revision is not marked', () => {
  expect(markFor(config, '').value).toBeUndefined();
  expect(markFor(config, 'v1').value).toBe('v1');
});
