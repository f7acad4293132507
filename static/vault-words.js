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
  const holes = holesOf(error);
  return { code: error.code, message: word(key, holes),
    action: word(`${key}_do`, holes) };
}

/** What a vault or a server refused, as one text. @param {any} error */
export function refusalOf(error) {
  if (error instanceof TypeError)
    return `${word('offline')} ${word('offline_again')}`;
  const { message, action } = error instanceof VaultError ||
    typeof error?.action !== 'string' ? explain(error) : error;
  return `${message} ${action}${supportOf(error)}`;
}

/** " Support code: …" of a server's refusal. @param {any} error */
export function supportOf(error) {
  return typeof error?.reference === 'string' && error.reference !== ''
    ? ` ${word('reference', { code: error.reference })}` : '';
}

/** @param {VaultError} error @returns {Record<string, string | number>} */
function holesOf({ code, where }) {
  if (code === 'too-many')
    return { n: Math.ceil(Number(where) / 60) };
  return { where: where === undefined ? ''
    : word(`part_${where.replaceAll('-', '_')}`) };
}
