import type { Router } from '../router.ts';
import type { Ingress } from './object.ts';

/** A router that serves Ingresses. */
export interface IngressRouter extends Router<Ingress> {
  /** How people recognise it, to follow "If its router". */
  readonly known: string;
  /** The names that its classes usually have. Other routers may use them too. */
  readonly classes: readonly string[];
  /** The controllers that its IngressClasses name; undefined if it has none of its own. */
  readonly controllers: RegExp | undefined;
  /** Controllers of other routers that may serve as this one does, if the config says so. */
  readonly alsoControllers?: RegExp;
}
