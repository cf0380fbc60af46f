import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { messageOf } from '../core/base/error.ts';

/** Node's codes for a certificate whose issuer is not trusted. */
const UNTRUSTED = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
];

/** A config names few CAs, and each of its attempts needs them: reading those of Node takes long. */
const TRUSTED = new Map<string, SecureContext>();
/** How many texts of CAs are remembered at most. */
const REMEMBERED = 32;

/** The CAs trusted in addition to those that Node trusts, which include the file that NODE_EXTRA_CA_CERTS names. */
export function trustIn(ca: string | undefined): SecureContext | undefined {
  if (ca === undefined) return undefined;
  const known = TRUSTED.get(ca);
  if (known !== undefined) return known;
  if (TRUSTED.size >= REMEMBERED) TRUSTED.clear();
  const trust = createSecureContext({ ca: [...getCACertificates('default'), ca] });
  TRUSTED.set(ca, trust);
  return trust;
}

/** What to do if TLS fails: at a host of the live routes, or at another server that a check names. */
const ADVICE = {
  host: {
    ca: 'in the config (ca)',
    plain: 'use http://host:port in addresses',
  },
  check: {
    ca: 'for this check (tls: {ca: …})',
    plain: 'let its address in the check begin with http://',
  },
};

/** A check says which certificate there must be, and its request would go where there is none. */
export class NoCertificateError extends Error {
  constructor(host: string) {
    super(`nothing was sent, since requests to ${host} use no TLS and the check demands a certificate (tls)`);
  }
}

/** Why no answer came, and what to do if TLS is the reason. */
export function failureText(error: unknown, at: keyof typeof ADVICE = 'host'): string {
  const text = messageOf(error);
  if (error instanceof NoCertificateError)
    return `${text}. Use https://host:port in addresses, or leave tls out of the check`;
  const code = error instanceof Error && 'code' in error ? `${error.code}` : '';
  if (UNTRUSTED.includes(code))
    return `${text}: this runner does not trust the issuer of the certificate. Set an internal CA ${ADVICE[at].ca}, or in the environment of the step (NODE_EXTRA_CA_CERTS)`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return `${text}: the server does not use TLS there. If it is reached without TLS, ${ADVICE[at].plain}`;
  return text;
}
