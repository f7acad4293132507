/*
 * What the vault refuses, as a code that the page turns into words. `where`
 * says what differs, for the code "differs", and after how many seconds to
 * try again, for "too-many".
 */

/**
 * @typedef {'passphrase'|'p12-password'|'p12-damaged'|'p12-unsupported'|
 *   'p12-no-key'|'locked'|'differs'|'clock'|'expired'|'no-key'|'exists'|
 *   'weak'|'unsupported-key'|'storage'|'unavailable'|'undecodable'|
 *   'too-many'|'address'|'other-key'} VaultCode
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
