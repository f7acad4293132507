/*
 * What the vault refuses, as a code that the page turns into words. `where`
 * says what differs, for the code "differs" alone.
 */

/**
 * @typedef {'passphrase'|'p12-password'|'p12-damaged'|'p12-unsupported'|
 *   'p12-no-key'|'locked'|'differs'|'clock'|'expired'|'no-key'|'exists'|
 *   'weak'|'unsupported-key'|'storage'|'unavailable'} VaultCode
 */

export class VaultError extends Error {
  /** @param {VaultCode} code @param {string} [where] */
  constructor(code, where) {
    super(where === undefined ? code : `${code}: ${where}`);
    this.name = 'VaultError';
    this.code = code;
    this.where = where;
  }
}
