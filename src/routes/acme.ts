/**
 * Whether a path is that of an ACME challenge, which cert-manager adds while it requests a certificate. The name is
 * reserved: other requests that its regex matches begin with that name too, except for letter case and the dot, so no
 * real request is affected. The longest path comes first, also as a regex, so the challenge is still answered.
 * Source: https://www.rfc-editor.org/rfc/rfc8555#section-8.3, https://www.rfc-editor.org/rfc/rfc8615
 */
export function isChallenge({ path }: { readonly path: string }): boolean {
  return /^\/\.well-known\/acme-challenge(\/[\w-]*)?$/.test(path);
}
