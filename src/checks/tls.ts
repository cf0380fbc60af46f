import * as v from 'valibot';
import { settings } from '../core/base/settings.ts';
import { ca, hostName } from '../core/base/ways.ts';

/** The setting `tls` of a check: the name that the certificate must have, and a CA that is trusted. */
export const tls = v.optional(settings({ name: v.optional(hostName), ca: v.optional(ca) }), {});
