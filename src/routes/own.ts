import { type Ingress, LABEL_APP, label } from '../core/kube/objects.ts';

/** Name of the Ingress that holds the preview of one of an app's live routes, in the split form. */
export function previewName(app: string, route: string, routes: readonly unknown[]): string {
  return routes.length === 1 ? `greenpath-${app}` : `greenpath-${app}.${route}`;
}

/** Name of the Ingress that parks an app's Services. */
export function parkingName(app: string): string {
  return `greenpath-${app}-parking`;
}

/** Whether Greenpath made an Ingress for a preview of `app`. */
export function isOwnPreview(ingress: Ingress, app: string): boolean {
  const { name } = ingress.metadata;
  return label(ingress, LABEL_APP) === app && (name === `greenpath-${app}` || name.startsWith(`greenpath-${app}.`));
}

/** Whether Greenpath made an Ingress for `app`: a preview, or parking. */
export function isOwnRoute(ingress: Ingress, app: string): boolean {
  const isParking = ingress.metadata.name === parkingName(app) && label(ingress, LABEL_APP) === app;
  return isParking || isOwnPreview(ingress, app);
}

/** Parking of `app` as it was read. */
export function parkingIn(app: string, ingresses: readonly Ingress[]): Ingress | undefined {
  return ingresses.find((ingress) => ingress.metadata.name === parkingName(app));
}
