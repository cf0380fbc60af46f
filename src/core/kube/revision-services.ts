import { baseNameIn, LABEL_KEY } from '../base/revision.ts';
import {
  ANNOTATION_ENTRY,
  ANNOTATION_REVISION_LABEL,
  annotation,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  label,
  type Service,
} from './objects.ts';

/** The Services of one revision by base name, whether a route names them or not. */
export interface RevisionServices {
  readonly revision: string;
  readonly services: Readonly<Record<string, string>>;
}

/** A revision without Services, or no revision at all. */
export function noServices(revision: string): RevisionServices {
  return { revision, services: {} };
}

/** How Services are read: the app, and the revision label for stacks that note none. */
export interface ServiceReading {
  readonly app: string;
  readonly revisionLabel: string;
}

/** The Services of the app's `revision`, by base name, without the entry Services, which all revisions share. */
export function servicesOfRevision(
  services: readonly Service[],
  revision: string,
  { app, revisionLabel }: ServiceReading,
): RevisionServices {
  const own = services.filter(
    (service) =>
      revisionOf(service, revisionLabel) === revision &&
      (label(service, LABEL_APP) ?? app) === app &&
      baseNameOf(service.metadata.name, service, revisionLabel) !== service.metadata.name,
  );
  const entries = own.map((service) => [
    baseNameOf(service.metadata.name, service, revisionLabel),
    service.metadata.name,
  ]);
  return { revision, services: Object.fromEntries(entries) };
}

/** The Services for messages; of many, the first ones and how many more. */
export function servicesText({ services }: RevisionServices): string {
  return namesText(Object.values(services));
}

/** Names for a sentence; of many, the first three and how many more. */
export function namesText(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

/**
 * The revision of a Service: by Greenpath's label, else by its selector. `revisionLabel` is the config's current one; a
 * stack is read by the one that it was released with.
 */
export function revisionOf(service: Service, revisionLabel: string): string | undefined {
  return label(service, LABEL_REVISION) ?? service.spec.selector?.[revisionKey(service, revisionLabel)];
}

/** The name that a Service shares with its counterparts; `service` is undefined if the object does not exist. */
export function baseNameOf(name: string, service: Service | undefined, revisionLabel: string): string {
  if (service === undefined || annotation(service, ANNOTATION_ENTRY) !== undefined) return name;
  const labelled = label(service, LABEL_NAME);
  const revision = revisionOf(service, revisionLabel);
  return labelled ?? (revision === undefined ? undefined : baseNameIn(name, revision)) ?? name;
}

/**
 * Whether a Service selects what existed before Greenpath under plain names and does not follow the live version. This
 * holds even if its selector names a revision, unless that revision has its own Service, to which a rollback can go.
 */
export function isAdopted(service: Service, services: readonly Service[], reading: ServiceReading): boolean {
  const { name } = service.metadata;
  if (annotation(service, ANNOTATION_ENTRY) !== undefined || label(service, LABEL_REVISION) !== undefined) return false;
  if (baseNameOf(name, service, reading.revisionLabel) !== name) return false;
  const said = revisionOf(service, reading.revisionLabel);
  return said === undefined || servicesOfRevision(services, said, reading).services[name] === undefined;
}

/**
 * The label by which a Service selects the pods of its revision: the one that its stack was released with, which is
 * noted on it or shows in its selector, else `current`, the one of the config.
 */
export function revisionKey(service: Service, current: string): string {
  const said = label(service, LABEL_REVISION);
  const shown = Object.entries(service.spec.selector ?? {}).find(([, value]) => value === said)?.[0];
  return notedKey(service) ?? shown ?? current;
}

/**
 * The revision label noted on a Service. It is validated, since anybody may write the annotation and printed commands
 * contain it.
 */
export function notedKey(service: Service): string | undefined {
  const noted = annotation(service, ANNOTATION_REVISION_LABEL);
  return noted !== undefined && LABEL_KEY.test(noted) ? noted : undefined;
}
