/** What the administrator asks, on the page: the same cases as
 * tests/mail/test_protection_policy.c. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demandOf, isLess, mayOnlySign } from '../../static/policy.js';

const none = { sign_always: false, encrypt_when_possible: false,
  encrypt_domains: [], never_unsigned_to: [] };

/** @type {[string, object, string[], boolean, string][]} */
const cases = [
  ['no line', {}, ['x@else.test'], true, 'none'],
  ['sign always', { sign_always: true }, ['x@else.test'], false, 'sign'],
  ['sign always, to nobody yet', { sign_always: true }, [], false, 'sign'],
  ['never unsigned', { never_unsigned_to: ['bank.test'] },
    ['x@else.test', 'x@bank.test'], false, 'sign'],
  ['never unsigned, below', { never_unsigned_to: ['bank.test'] },
    ['x@a.bank.test'], false, 'sign'],
  ['never unsigned, others', { never_unsigned_to: ['bank.test'] },
    ['x@mybank.test'], true, 'none'],
  ['encrypt to a domain', { encrypt_domains: ['bank.test'] },
    ['X@Bank.Test'], false, 'sign+encrypt'],
  ['encrypt when it can be', { encrypt_when_possible: true },
    ['x@else.test'], true, 'sign+encrypt'],
  ['encrypt when it cannot', { encrypt_when_possible: true },
    ['x@else.test'], false, 'none'],
  ['the most counts', { sign_always: true, encrypt_domains: ['bank.test'] },
    ['x@bank.test'], false, 'sign+encrypt'],
];

test('s8_the_page_asks_for_what_sending_asks_for', () => {
  for (const [name, lines, to, possible, least] of cases) {
    const got = demandOf({ ...none, ...lines }, to, possible);
    assert.equal(got.least, least, name);
    assert.equal(got.why === '', least === 'none', name);
  }
  assert.equal(demandOf(undefined, ['x@bank.test'], true).least, 'none');
});

test('less_is_less', () => {
  assert.equal(isLess('none', 'sign'), true);
  assert.equal(isLess('sign', 'sign'), false);
  assert.equal(isLess('sign+encrypt', 'sign'), false);
  assert.equal(isLess('sign', 'sign+encrypt'), true);
});

test('s8_nobody_is_asked_for_a_certificate_by_what_would_be_refused', () => {
  const bank = { ...none, sign_always: true, never_unsigned_to: ['bank.test'],
    encrypt_when_possible: true };
  assert.equal(mayOnlySign(bank, 'x@bank.test'), true);
  const secret = { ...bank, encrypt_domains: ['bank.test'] };
  assert.equal(mayOnlySign(secret, 'x@bank.test'), false);
  assert.equal(mayOnlySign(secret, 'x@else.test'), true);
  assert.equal(mayOnlySign(undefined, 'x@bank.test'), true);
});
