import type { GatewayName } from '../access.ts';
import type { Programs } from '../build.ts';
import type { Build } from '../builds.ts';

/** A router that a cluster can have besides its own proxy. What it needs is built and imported when it is opened. */
export interface Router {
  /** What it is, with its version, for people. */
  readonly title: string;
  /** Where it serves inside the cluster, as `address:port`. `Cluster.routers` has the ports outside that lead there. */
  readonly http: string;
  readonly https: string;
  /** The class of Ingresses that it serves, if it serves any. */
  readonly ingressClass?: string;
  /** Its Gateway, if it implements Gateway API. */
  readonly gateway?: GatewayName;
  readonly images: readonly RouterImage[];
  /** CustomResourceDefinitions that it needs. They are applied first. */
  readonly definitions: readonly Definitions[];
  /** Everything else that it needs in the cluster, namespaces first. */
  readonly objects: (site: Site) => object[] | Promise<object[]>;
  /** A process beside those of the cluster, if it has one: it starts once the objects are there. */
  readonly process?: (programs: Programs) => string[];
  /** Commands of kubectl that end well once it is ready; they are tried until they do. It has to answer too. */
  readonly ready: readonly (readonly string[])[];
}

/** An image for the pods of a router. */
export interface RouterImage {
  readonly name: string;
  readonly title: string;
  /** The programs that `make` may ask for. */
  readonly builds: readonly Build[];
  /** What it is made from besides: files relative to the folder `cluster`. */
  readonly sources: readonly string[];
  /** Writes the image's tar into the folder `place`, and returns the reference that pods use. */
  readonly make: (place: string, programs: Programs) => Promise<string>;
}

/** Files of CustomResourceDefinitions in a Go module. */
export interface Definitions {
  readonly module: GoModule;
  /** The folder in it. */
  readonly folder: string;
  /** The ends of the names of the files that are wanted; all of them if not given. */
  readonly only?: readonly string[];
}

/** A Go module of somebody else that one of ours requires. */
export interface GoModule {
  readonly path: string;
  /** The folder of our module, relative to the folder `cluster`. */
  readonly requiredBy: string;
}

/** What a router's objects may depend on. */
export interface Site {
  /** The folder of the cluster's certificates. */
  readonly pki: string;
  /** The reference of one of its images, by name. */
  readonly reference: (image: string) => string;
  /** How many pods of the proxy serve. */
  readonly replicas: number;
}
