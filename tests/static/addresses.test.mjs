import assert from 'node:assert/strict';
import test from 'node:test';
import { isSound, read, split, write } from '../../static/addresses.js';

/** @type {[string, string, string[][]][]} */
const typed = [
  ['one', 'a@b.test', [['', 'a@b.test']]],
  ['a name', 'Ada Byron <ada@b.test>', [['Ada Byron', 'ada@b.test']]],
  ['a comma in quotes', '"Byron, Ada" <ada@b.test>, c@d.test',
    [['Byron, Ada', 'ada@b.test'], ['', 'c@d.test']]],
  ['an escaped quote', '"A \\"B\\" C" <a@b.test>',
    [['A "B" C', 'a@b.test']]],
  ['semicolons and lines, empty pieces', 'a@b.test;; c@d.test\n\n e@f.test,',
    [['', 'a@b.test'], ['', 'c@d.test'], ['', 'e@f.test']]],
  ['a comma in angle brackets stays', 'X <a,b@c.test>',
    [['X', 'a,b@c.test']]],
  ['spaces doubled, controls dropped', 'A  \u0007B <a@b.test>',
    [['A B', 'a@b.test']]],
  ['no text', ' , ; ', []],
];

test('what people type is cut into names and addresses', () => {
  for (const [name, text, want] of typed) {
    const got = split(text).map(read);
    assert.deepEqual(got.map((one) => [one.name, one.address]), want, name);
  }
});

test('what is written is read back the same', () => {
  for (const name of ['', 'Ada', 'Byron, Ada', 'A "B" C', 'A \\ B', 'É; 佐'])
    assert.deepEqual(split(write({ name, address: 'a@b.test' })).map(read),
      [{ name, address: 'a@b.test' }], name);
});

/** @type {[string, string, boolean][]} */
const sound = [
  ['plain', 'a@b.test', true], ['plus', 'a+x@b.test', true],
  ['accents', 'é@université.test', true], ['no at', 'ab.test', false],
  ['two at', 'a@b@c.test', false], ['no dot', 'a@b', false],
  ['space', 'a b@c.test', false], ['two dots', 'a..b@c.test', false],
  ['angle', '<a@b.test', false], ['no name', '@b.test', false],
  ['too long', `${'a'.repeat(250)}@b.test`, false],
];

test('an address that cannot be one is told apart', () => {
  for (const [name, address, want] of sound)
    assert.equal(isSound({ name: '', address }), want, name);
});
