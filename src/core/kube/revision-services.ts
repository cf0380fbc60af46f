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

/** The side of a revision of which no Service is there, or of nobody at all. */
export function noServices(revision: string): RevisionServices {
  return { revision, services: {} };
}

/** By what Services are read: whose they are, and the label that says the revision where a stack does not say another. */
export interface ServiceReading {
  readonly app: string;
  readonly revisionLabel: string;
}

/** The Services of the app's `revision`, by base name; the entry Services, which every revision shares, are not among them. */
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

/** A side's Services for messages; of many the first and how many more. */
export function servicesText({ services }: RevisionServices): string {
  return namesText(Object.values(services));
}

/** Names for a sentence; of many the first three and how many more. */
export function namesText(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

/**
 * The revision that a Service stands for: by Greenpath's label, else by what its selector asks of pods. `revisionLabel`
 * is what the config says now; a stack is read by the one that it was released with.
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
 * Whether a Service leads to what was there before Greenpath under plain names: it does not follow the live version. It is
 * so also where its selector says a revision, unless that revision has a Service of its own, to which a rollback can go.
 */
export function isAdopted(service: Service, services: readonly Service[], reading: ServiceReading): boolean {
  const { name } = service.metadata;
  if (annotation(service, ANNOTATION_ENTRY) !== undefined || label(service, LABEL_REVISION) !== undefined) return false;
  if (baseNameOf(name, service, reading.revisionLabel) !== name) return false;
  const said = revisionOf(service, reading.revisionLabel);
  return said === undefined || servicesOfRevision(services, said, reading).services[name] === undefined;
}

/**
 * The label by which a Service tells the pods of its revision: the one that its stack was released with, which is noted
 * on it or shows in its selector, else `current`, that of the config.
 */
export function revisionKey(service: Service, current: string): string {
  const said = label(service, LABEL_REVISION);
  const shown = Object.entries(service.spec.selector ?? {}).find(([, value]) => value === said)?.[0];
  return notedKey(service) ?? shown ?? current;
}

/** The revision label that is noted on a Service. Anybody may write an annotation, and it gets into printed commands. */
export function notedKey(service: Service): string | undefined {
  const noted = annotation(service, ANNOTATION_REVISION_LABEL);
  return noted !== undefined && LABEL_KEY.test(noted) ? noted : undefined;
}
