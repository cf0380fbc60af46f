import type { GreenpathError } from '../../core/base/error.ts';
import { listed } from '../../core/base/plural.ts';
import { DEFAULT_KIND, headerText, kindText, type PreviewKind } from '../../core/base/preview-kind.ts';
import { nameOf } from '../../core/kube/objects.ts';
import { namesText } from '../../core/kube/revision-services.ts';
import { routeText, servicesOf } from '../../core/release/route.ts';
import { untriedName } from '../../routes/router.ts';
import { groupsOf } from '../../state/routers.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import type { ParkingPlan } from './parking.ts';

/** What the preview was seen not to change, and which routes it was not compared with. */
export function unchangedText({ api }: Run, situation: Situation, kind: PreviewKind): string {
  if (kind.by === 'header')
    return `Only requests with the header ${headerText(kind)} go to the preview, so it was not compared with other paths`;
  const what = kind.by === 'host' ? 'takes its host from no route' : 'changes no other path';
  const groups = groupsOf(situation);
  const unread = groups.filter(({ elsewhere }) => elsewhere === undefined);
  const kindsOf = (some: typeof groups) => some.map(({ adapter }) => adapter.resource.resource).join(' and ');
  if (unread.length === 0) return `The preview ${what} among the ${kindsOf(groups)} of this namespace and others`;
  const routes = unread.length === groups.length ? 'routes' : kindsOf(unread);
  return `The preview ${what} of namespace ${api.namespace}; ${routes} of other namespaces were not checked, since the account may not list them, or the classes that say which count`;
}

/** What names a live route may be an object of a kind that the account need not be allowed to read. */
export function tellByName({ report }: Run, situation: Situation): void {
  for (const { router, routes } of groupsOf(situation)) {
    const { byName } = router.advice;
    if (byName === undefined) continue;
    const names = routes.map(({ object }) => nameOf(object)).join(', ');
    report.line(`What protects ${names} by its name alone does not protect the preview: ${byName}`);
  }
}

/** Of some routers, nobody has seen whether they do what their documentation says. */
export function tellUntried(
  run: Run,
  situation: Situation,
  { kind, isProven }: { readonly kind: PreviewKind; readonly isProven: boolean },
): void {
  const all = groupsOf(situation).flatMap(({ router, routes }) =>
    routes.flatMap(({ object }) => untriedName(router, object) ?? []),
  );
  const strips = kind.by === 'path' ? ', and says if no answer shows that the preview path is stripped' : '';
  const asked = isProven ? `deploy-green checks that the preview answers and that parking is closed${strips}. ` : '';
  for (const router of new Set(all))
    run.report.notice(
      `Preview and parking are written from documentation: no release through ${router} was tried. ${asked}How long it takes to apply a change is assumed; proof: {settle: …} in the config sets it`,
    );
}

/** Where nothing closes parking, what visitors reached before stays open to whoever finds its path. */
export function tellOpen(run: Run, situation: Situation, { routes }: ParkingPlan): void {
  for (const { adapter, router } of groupsOf(situation)) {
    const open = router.openParking ? routes.filter((route) => route.adapter === adapter) : [];
    for (const { ref, paths } of open)
      run.report.warning(
        `The router ${router.name} cannot close parking. Whoever finds an unguessable path of ${routeText(ref)} reaches what visitors reach or reached before, without what protects the live route: now ${namesText(servicesOf(paths))}, and a version that visitors left until retire removes it. ${router.advice.open}`,
      );
  }
}

/** The config says nothing of the kind, and the default one is not possible. */
export function tellInstead(run: Run, kind: PreviewKind, { message }: GreenpathError): void {
  run.report.notice(
    `The preview is ${kindText(kind)}, since none below ${DEFAULT_KIND.path} is possible: ${message}. To reach it, send that header to the live URLs; a cache in front of the router must store no answer to such requests. To have it always so, set preview: {header: {}} in the config; to have a host for it, preview: {host: green.example.com}`,
  );
}

/** Parking is one Ingress for all Services, and a router may take of a Service what the first Ingress says that names it. */
export function tellDiffering({ inputs, report }: Run, situation: Situation): void {
  for (const { router, routes } of groupsOf(situation)) {
    const keys = (router.differing?.(routes) ?? []).filter((key) => !(key in inputs.config.parking.annotations));
    if (keys.length === 0) continue;
    const names = listed(
      routes.map(({ object }) => nameOf(object)),
      'and',
    );
    report.warning(
      `${names} differ in ${keys.join(', ')}. The router ${router.name} takes that for a Service from the oldest route that names it. Parking names the Services of all and has none of it, so it has no effect on a live route that is younger than parking, nor on a preview by path or host. Give all of them the same, or parking its own (parking: {annotations: …} in the config)`,
    );
  }
}
