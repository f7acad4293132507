/* Every refusal of the vault in words: what happened, and the next step. */
import { VaultError } from './vault-error.js';
import { word } from './words.js';

/**
 * @param {unknown} error
 * @returns {{code: string, message: string, action: string}}
 */
export function explain(error) {
  if (!(error instanceof VaultError))
    return { code: 'unknown', message: word('vault_error_unknown'),
      action: word('vault_error_unknown_do') };
  const key = `vault_error_${error.code.replaceAll('-', '_')}`;
  const where = error.where === undefined ? ''
    : word(`part_${error.where.replaceAll('-', '_')}`);
  return { code: error.code, message: word(key, { where }),
    action: word(`${key}_do`) };
}
