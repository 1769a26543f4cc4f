/** What is wrong with the certificate of a service, in words. */

const WORDS: ReadonlyMap<string, string> = new Map([
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is signed by itself, and nobody vouches for it"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its certificate is signed by an authority that this machine does not trust"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its certificate is signed by an authority that this machine does not trust"],
  ["UNABLE_TO_GET_ISSUER_CERT", "its certificate is signed by an authority that this machine does not trust"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "its certificate is signed by an authority that this machine does not trust"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["CERT_NOT_YET_VALID", "its certificate is not valid yet"],
  ["CERT_REVOKED", "its certificate was revoked"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another host"],
  ["EPROTO", "it does not speak TLS there, or none of today; perhaps its URL begins with http:"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "it does not speak TLS there; perhaps its URL begins with http:"],
  ["ERR_SSL_PACKET_LENGTH_TOO_LONG", "it does not speak TLS there; perhaps its URL begins with http:"],
]);

/** The sentence, without its full stop, for the code of an error; null for one that is about something else. */
export const certificateText = (code: string | null): string | null => WORDS.get(code ?? "") ?? null;
