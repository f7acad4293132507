/** What the keys page shows of requests, given the keys that wait here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelledOf, cardsOf } from '../../static/request-cards.js';

const asked = (key, state, created = '2026-11-25T04:00:00Z') =>
  ({ key, state, created, id: key, renews: '', kid: null, reason: null,
    certificate: null, chain: [], can_cancel: state === 'waiting' });
const pending = (key) =>
  ({ key, kind: 'p-256', created: '2026-11-25T04:00:00Z', renews: '',
    csr: '' });

test('what_was_taken_back_is_no_card_and_its_key_goes', () => {
  const requests = [asked('a', 'cancelled'), asked('b', 'waiting')];
  const here = [pending('a'), pending('b'), pending('c')];
  assert.deepEqual(cardsOf(requests, here).map(({ when }) => when),
    ['waiting', 'unsent']);
  assert.deepEqual(cancelledOf(requests, here).map(({ key }) => key), ['a']);
});

test('a_key_that_is_asked_for_again_stays', () => {
  const requests = [asked('a', 'cancelled'),
    asked('a', 'waiting', '2026-11-26T04:00:00Z')];
  assert.deepEqual(cancelledOf(requests, [pending('a')]), []);
  assert.deepEqual(cardsOf(requests, [pending('a')])
    .map(({ when }) => when), ['waiting']);
});
