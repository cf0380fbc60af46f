import type { Router } from '../adapter.ts';
import type { Ingress } from './object.ts';

/** A router that serves Ingresses: those whose class has its name, and all of the app if the config names it. */
export interface IngressRouter extends Router<Ingress> {
  /** How people recognise it, to follow "If that router". */
  readonly known: string;
}
