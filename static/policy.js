/*
 * What the administrator has decided for a message, by whom it goes to: the
 * same rules as core/mail/protection_policy.c, which is asked again when it
 * is sent. Here they are shown, and the choice kept to them.
 */

/**
 * @typedef {'none' | 'sign' | 'sign+encrypt'} Mode
 * @typedef {{sign_always: boolean, encrypt_when_possible: boolean,
 *   encrypt_domains: string[], never_unsigned_to: string[]}} Policy
 * @typedef {{least: Mode, why: string, address: string}} Demand why: a key
 *   of words.html, '' where nothing is asked
 */

const order = /** @type {Mode[]} */ (['none', 'sign', 'sign+encrypt']);

/** Is mode less than least? @param {Mode} mode @param {Mode} least */
export const isLess = (mode, least) =>
  order.indexOf(mode) < order.indexOf(least);

/** @param {string[]} domains @param {string} address */
function isIn(domains, address) {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domains.some((one) => domain === one || domain.endsWith(`.${one}`));
}

/** @param {Mode} least @param {string} why @returns {Demand} */
const demand = (least, why, address = '') => ({ least, why, address });

/**
 * @param {Policy | undefined} policy
 * @param {string[]} addresses of the recipients
 * @param {boolean} possible all of them, and the sender, could read it
 * @returns {Demand}
 */
export function demandOf(policy, addresses, possible) {
  if (policy === undefined)
    return demand('none', '');
  const secret = addresses.find((one) => isIn(policy.encrypt_domains, one));
  if (secret !== undefined)
    return demand('sign+encrypt', 'policy_encrypt_domain', secret);
  if (policy.encrypt_when_possible && possible)
    return demand('sign+encrypt', 'policy_encrypt_possible');
  const signed = addresses.find((one) => isIn(policy.never_unsigned_to, one));
  if (signed !== undefined)
    return demand('sign', 'policy_sign_domain', signed);
  return policy.sign_always ? demand('sign', 'policy_sign')
    : demand('none', '');
}

/** May what is signed and not encrypted go to this address? It is how one
 * asks for a certificate. @param {Policy | undefined} policy
 * @param {string} address */
export const mayOnlySign = (policy, address) =>
  !isLess('sign', demandOf(policy, [address], false).least);
