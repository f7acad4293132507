/*
 * How the requests of a person stand, given the keys that wait in this
 * browser: what of it is shown, and which keys wait for nothing any more.
 */

/**
 * @typedef {import('./request-dialog.js').Answer & {created: string,
 *   renews: string, kid: string | null, key: string,
 *   can_cancel: boolean}} Asked
 * @typedef {import('./vault-client.js').Pending} Pending
 * @typedef {{when: 'waiting' | 'elsewhere' | 'arrived' | 'refused' |
 *   'unsent', created: string, reason?: string, pending?: Pending,
 *   asked?: Asked}} Card
 */

/** What there is to show of the requests, given the keys that wait here. A
 * refusal is shown until something is asked after it.
 * @param {Asked[]} requests @param {Pending[]} pending
 * @returns {Card[]} the newest first */
export function cardsOf(requests, pending) {
  const newest = [...requests]
    .sort((a, b) => b.created.localeCompare(a.created));
  /** @type {Card[]} */
  const cards = [];
  newest.forEach((asked, nth) => {
    const mine = pending.find(({ key }) => key === asked.key);
    const card = { created: asked.created, pending: mine, asked };
    if (asked.state === 'waiting')
      cards.push({ ...card, when: mine ? 'waiting' : 'elsewhere' });
    else if (asked.state === 'issued' && mine)
      cards.push({ ...card, when: 'arrived' });
    else if (asked.state === 'refused' && (mine || nth === 0))
      cards.push({ ...card, when: 'refused', reason: asked.reason ?? '' });
  });
  for (const one of pending)
    if (!requests.some(({ key }) => key === one.key))
      cards.push({ when: 'unsent', created: one.created, pending: one });
  return cards;
}

/** Keys whose request was taken back, perhaps in another browser: nothing
 * will come for them. @param {Asked[]} requests @param {Pending[]} pending */
export function cancelledOf(requests, pending) {
  return pending.filter(({ key }) => {
    const mine = requests.filter((asked) => asked.key === key);
    return mine.length > 0 &&
      mine.every(({ state }) => state === 'cancelled');
  });
}
