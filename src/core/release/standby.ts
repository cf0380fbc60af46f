import { GreenpathError } from '../base/error.ts';
import { LABEL_APP, label, type Service } from '../kube/objects.ts';
import { baseNameOf, type ServiceReading } from '../kube/revision-services.ts';
import type { RoutePath } from './route.ts';

/**
 * Throws `route` if a Service that stands by for a path of the app is not of the app: a switch gives it visitors, under
 * another name. One that is gone is judged by its name.
 */
export function refuseStrangers(
  { path, baseName }: { readonly path: RoutePath; readonly baseName: string },
  byName: ReadonlyMap<string, Service>,
  { app, revisionLabel }: ServiceReading,
  route: string,
): void {
  const { standby = [], service, port, text } = path;
  const isOurs = (name: string) => {
    const object = byName.get(name);
    if (object === undefined) return name === baseName || name.startsWith(`${baseName}-`);
    return (label(object, LABEL_APP) ?? app) === app && baseNameOf(name, object, revisionLabel) === baseName;
  };
  const stranger = standby.find((name) => !isOurs(name));
  if (stranger === undefined) return;
  throw new GreenpathError(
    'route',
    `${text} of ${route} goes to ${service}, with ${stranger} beside it that gets no visitors and is no Service of this app (base name ${baseName}), and a switch would replace it`,
    `Leave one there: {name: ${service}, port: ${port}}. deploy-green tests a new version without any visitors.`,
  );
}
