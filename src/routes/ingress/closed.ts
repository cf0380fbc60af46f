/** An allow-list of this lets nobody in: TEST-NET-1 (RFC 5737) holds addresses that nobody can have. */
export const NOBODY = '192.0.2.1/32';
