import { randomBytes } from 'node:crypto';
import { showsItsPath } from '../../core/checks/stripped.ts';
import { routeInput } from '../../core/release/route.ts';
import { type Endpoint, probe, urlOf } from '../../proof/probe.ts';
import { untriedName } from '../../routes/router.ts';
import { placesFor } from '../../state/endpoints.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { pathsOf } from './samples.ts';

const TIMEOUT = 5_000;

/**
 * Says of a router that nobody has tried if no answer showed that it strips the preview path. An application that
 * answers every path with one page would pass its checks there, although it did not get the paths that visitors request.
 */
export async function tellUnstripped(run: Run, situation: Situation): Promise<void> {
  const { routes, previewKind } = situation;
  const untried = routes.flatMap(({ ref, router, object }) => {
    const name = untriedName(router, object);
    return name === undefined ? [] : [{ ref, name }];
  });
  if (previewKind.by !== 'path' || run.inputs.config.proof === 'off' || untried.length === 0) return;
  const { current } = (await placesFor(run, situation)).preview;
  for (const { ref, name } of untried) {
    const endpoints = current.filter(({ route }) => route === routeInput(ref));
    const [first] = endpoints;
    if (first === undefined || (await isAnySeen(run, endpoints))) continue;
    run.report.notice(
      `It was not seen that ${name} strips ${previewKind.path}: no answer below ${urlOf(first, '/')} differed in status or type from that to a path that nobody can guess. If it does not strip, the application gets other paths there than from visitors, and one that answers every path with the same page passes its checks all the same. Add a check of a path that is answered in another way, such as GET /healthz, or compare preview and live pages in a browser`,
    );
  }
}

async function isAnySeen(run: Run, endpoints: readonly Endpoint[]): Promise<boolean> {
  for (const path of pathsOf(run.inputs.config)) {
    const beside = besideOf(path);
    // At a path that the preview does not have, another version answers.
    const endpoint = endpoints.find((one) => one.serves(path) && one.serves(beside));
    if (endpoint !== undefined && (await isSeen(run, endpoint, path, beside))) return true;
  }
  return false;
}

async function isSeen({ waiting }: Run, endpoint: Endpoint, path: string, beside: string): Promise<boolean> {
  const [at, other] = await Promise.all([path, beside].map((one) => probe(endpoint, one, TIMEOUT, waiting)));
  if (at === undefined || other === undefined || 'error' in at || 'error' in other) return false;
  return showsItsPath(at, other);
}

/** A path in the same place, with a slash at its end if the other one has it: an application may redirect without. */
function besideOf(path: string): string {
  const [plain = '/'] = path.split('?');
  const [, start = '/', end = ''] = /^(.*\/)[^/]+(\/?)$/.exec(plain) ?? [undefined, plain, '/'];
  return `${start}${randomBytes(16).toString('hex')}${end}`;
}
