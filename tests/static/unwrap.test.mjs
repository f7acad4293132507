/* The vault opens content keys: each kind, one recipient, every failure. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import { Vault } from '../../static/vault/vault.js';
import { forAgreement, forOaep, forPadded, forV15, kidOf }
  from './encrypt.mjs';
import { makeAuthorities, makeP12, makePerson, openssl, OPENS, SIGNS, at }
  from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';
import { NOW } from './requests.mjs';
import { readFileSync, writeFileSync } from 'node:fs';

const PHRASE = 'quatre chevaux verts';
const BOTH = `${SIGNS},${OPENS}`;
const people = /** @type {const} */ ([['rsa2048', SIGNS], ['rsa3072', OPENS],
  ['rsa4096', BOTH], ['p256', OPENS], ['p384', BOTH], ['p521', OPENS],
  ['x25519', 'keyAgreement']]);

/** @type {Vault} */
let vault;
/** @type {MemoryRecords} */
let records;
let now = NOW.getTime();

before(async () => {
  makeAuthorities();
  for (const [kind, usage] of people)
    makePerson(kind, kind, `${kind}@demo.test`, usage);
  makePerson('alice', 'rsa2048', 'alice@demo.test', BOTH);
  makePerson('stranger', 'rsa2048', 'bob@demo.test', BOTH);
  records = new MemoryRecords();
  vault = new Vault(records, () => new Date(now));
  await vault.create(PHRASE);
  for (const [kind] of [...people, ['alice']])
    await vault.importP12(makeP12(kind, 'secret'), 'secret', false);
});

/** A minute later, for a test of its own. @param {any[]} recipients
 *  @param {number} [size] @param {string} [kid] */
async function unwrap(recipients, size = 32, kid = undefined) {
  now += 61000;
  const got = await vault.unwrap({ recipients, key_size: size, kid });
  return Buffer.from(got.content_key, 'base64');
}

/** @param {Promise<unknown>} promise @param {string} name */
const codeOf = (promise, name = '') => promise.then(
  () => assert.fail(`${name}: answered`), (error) => error.code);

const keys = [16, 24, 32].map((size) => randomBytes(size));

/** @type {[string, (key: Buffer) => any][]} */
const kinds = [
  ['rsa15 2048', (key) => forV15('alice', key)],
  ['rsa15 3072', (key) => forV15('rsa3072', key)],
  ['rsa15 4096', (key) => forV15('rsa4096', key)],
  ...['sha1', 'sha256', 'sha384', 'sha512'].flatMap((hash) =>
    /** @type {[string, (key: Buffer) => any][]} */ ([
      [`oaep ${hash}`, (key) => forOaep('alice', key, hash)],
      [`oaep ${hash} label`, (key) => forOaep('rsa3072', key, hash, 'a é')],
    ])),
  ...['p256', 'p384', 'p521', 'x25519'].flatMap((name) =>
    ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'].flatMap((hash) =>
      /** @type {(128 | 192 | 256)[]} */ ([128, 192, 256]).map((bits) =>
        /** @type {[string, (key: Buffer) => any]} */ ([
          `ecdh ${name} ${hash} aes${bits}`,
          (key) => forAgreement(name, key, hash, bits)])))),
];
test('content_keys_of_every_kind_are_opened', async () => {
  for (const [n, [name, encrypt]] of kinds.entries()) {
    const key = keys[n % keys.length];
    assert.deepEqual(await unwrap([encrypt(key)], key.length), key, name);
  }
});

test('oaep_with_another_hash_for_its_mask_is_opened', async () => {
  writeFileSync(at('content'), keys[2]);
  for (const [hash, mgf] of [['sha256', 'sha1'], ['sha1', 'sha256'],
    ['sha512', 'sha384']]) {
    openssl('pkeyutl', '-encrypt', '-certin', '-inkey', 'alice.pem', '-in',
      'content', '-out', 'wrapped', '-pkeyopt', 'rsa_padding_mode:oaep',
      '-pkeyopt', `rsa_oaep_md:${hash}`, '-pkeyopt', `rsa_mgf1_md:${mgf}`,
      '-pkeyopt', 'rsa_oaep_label:6c61');
    const one = { kid: kidOf('alice'), kind: 'oaep', hash, mgf_hash: mgf,
      label: Buffer.from('la').toString('base64'),
      encrypted_key: readFileSync(at('wrapped')).toString('base64') };
    assert.deepEqual(await unwrap([one]), keys[2], hash);
    for (const wrong of [{ mgf_hash: hash }, { label: '' }, { hash: mgf }])
      assert.equal(await codeOf(unwrap([{ ...one, ...wrong }])),
        'undecodable', JSON.stringify(wrong));
    assert.equal(await codeOf(unwrap([one], 16)), 'undecodable', 'size');
  }
});

test('curve_that_the_message_leaves_out_is_the_keys', async () => {
  const one = forAgreement('p384', keys[2], 'sha256', 256);
  assert.deepEqual(await unwrap([{ ...one, curve: null }]), keys[2]);
});

/** @type {[string, (one: any, other: any) => any][]} */
const spoiled = [
  ['a wrapped key with a bit changed', (one) => ({ ...one,
    encrypted_key: one.encrypted_key.replace(/^./, '/') })],
  ['a wrapped key that is shorter', (one) => ({ ...one,
    encrypted_key: one.encrypted_key.slice(4) })],
  ['no base64', (one) => ({ ...one, encrypted_key: '*' })],
  ['no wrapped key', (one) => ({ ...one, encrypted_key: undefined })],
  ['a point of another curve', (one, other) => ({ ...one,
    public: other.public })],
  ['another curve', (one, other) => ({ ...one, curve: other.curve,
    public: other.public })],
  ['a point that is none', (one) => ({ ...one,
    public: Buffer.alloc(65, 4).toString('base64') })],
  ['no point', (one) => ({ ...one, public: '' })],
  ['another derivation', (one) => ({ ...one, kdf_hash: 'sha512' })],
  ['an unknown derivation', (one) => ({ ...one, kdf_hash: 'toString' })],
  ['other shared info', (one) => ({ ...one, shared_info: 'AAAA' })],
  ['other bits', (one) => ({ ...one, kek_bits: 128 })],
  ['another wrap', (one) => ({ ...one, wrap: 'aes128', kek_bits: 128 })],
  ['3DES', (one) => ({ ...one, wrap: '3des', kek_bits: 192 })],
  ['an unknown wrap', (one) => ({ ...one, wrap: 'toString' })],
  ['another kind', (one) => ({ ...one, kind: 'rsa15' })],
  ['an unknown kind', (one) => ({ ...one, kind: 'other' })],
];
for (const [name, spoil] of spoiled)
  test(`sec_27_failures_of_key_agreement_are_alike: ${name}`, async () => {
    const one = forAgreement('p256', keys[2], 'sha256', 256);
    const other = forAgreement('p384', keys[2], 'sha256', 256);
    assert.equal(await codeOf(unwrap([spoil(one, other)])), 'undecodable');
  });

test('sec_27_failures_of_oaep_are_alike', async () => {
  const one = forOaep('alice', keys[2], 'sha256');
  const bytes = Buffer.from(one.encrypted_key, 'base64');
  bytes[9] ^= 1;
  for (const wrong of [{ encrypted_key: bytes.toString('base64') },
    { hash: 'sha1', mgf_hash: 'sha1' }, { label: 'AAAA' }, { hash: 'md5' },
    { encrypted_key: Buffer.alloc(256, 255).toString('base64') }])
    assert.equal(await codeOf(unwrap([{ ...one, ...wrong }])),
      'undecodable');
  assert.equal(await codeOf(unwrap([one], 16)), 'undecodable');
});

/** EME-PKCS1-v1_5 of a key, then changed.
 * @param {Buffer} key @param {(padded: Buffer) => void} change */
function padded(key, change) {
  const out = Buffer.alloc(256, 0x5a);
  out.set([0, 2]);
  out[255 - key.length] = 0;
  key.copy(out, 256 - key.length);
  change(out);
  return out;
}

/** @type {[string, (padded: Buffer) => void][]} */
const malformed = [
  ['first byte', (bytes) => { bytes[0] = 1; }],
  ['block type 1', (bytes) => { bytes[1] = 1; }],
  ['block type 0', (bytes) => { bytes[1] = 0; }],
  ['a zero in the padding', (bytes) => { bytes[100] = 0; }],
  ['a zero among the first eight', (bytes) => { bytes[5] = 0; }],
  ['no zero before the key', (bytes) => { bytes[223] = 1; }],
  ['zero one too early', (bytes) => { bytes[222] = 0; }],
  ['a key one shorter', (bytes) => { bytes[223] = 1; bytes[224] = 0; }],
  ['nothing but zeros', (bytes) => { bytes.fill(0); bytes[255] = 1; }],
];

test('sec_27_wrong_padding_gives_a_key_of_the_right_length', async () => {
  const good = padded(keys[2], () => {});
  assert.deepEqual(await unwrap([forPadded('alice', good)]), keys[2]);
  for (const [name, change] of malformed) {
    const one = forPadded('alice', padded(keys[2], change));
    for (const size of [16, 24, 32]) {
      const first = await unwrap([one], size);
      assert.equal(first.length, size, name);
      assert.notDeepEqual(first, keys[2].subarray(0, size), name);
      assert.deepEqual(await unwrap([one], size), first, `${name}: again`);
    }
  }
});

test('sec_27_thousand_malformed_paddings_all_answer_a_key', async (t) => {
  const open = vault.keys.get(kidOf('alice'))?.open;
  const seen = new Set();
  for (let i = 0; i < 1000; i++) {
    const bytes = randomBytes(256);
    bytes[0] &= 0x3f; /* below the modulus */
    if (i % 3 > 0)
      bytes.set([0, 2]);
    if (i % 3 === 2)
      bytes.set(bytes.subarray(2, 224).map((byte) => byte || 1), 2);
    bytes[223] ||= 1;
    const { encrypted_key } = forPadded('alice', bytes);
    const got = await open?.({ kind: 'rsa15',
      encryptedKey: new Uint8Array(Buffer.from(encrypted_key, 'base64')) },
    32);
    assert.equal(got?.length, 32, `padding ${i}`);
    seen.add(Buffer.from(got ?? []).toString('hex'));
  }
  assert.equal(seen.size, 1000);
  t.diagnostic('1000 keys, all different');
});

/* Marvin's successors ask for one ciphertext twice: with the real length and
 * with another. Valid or not, the two answers have nothing in common. */
test('sec_27_two_lengths_of_one_ciphertext_are_unrelated', async () => {
  for (const change of [() => {}, malformed[0][1]]) {
    const one = forPadded('alice', padded(keys[2], change));
    const [short, middle, long] = [await unwrap([one], 16),
      await unwrap([one], 24), await unwrap([one], 32)];
    assert.ok(!long.includes(short) && !long.includes(middle) &&
      !middle.includes(short));
    assert.ok(!keys[2].includes(short));
    for (const [a, b] of [[short, long], [short, middle], [middle, long]])
      assert.ok(a.filter((byte, i) => byte === b[i]).length < 5);
  }
});

test('sec_27_rejection_key_depends_on_kid_and_private_key', async () => {
  const other = new Vault(new MemoryRecords(), () => new Date(now));
  await other.importP12(makeP12('stranger', 'secret'), 'secret', true);
  const bytes = padded(keys[2], malformed[1][1]).toString('base64');
  const ask = (/** @type {string} */ kid) => ({ key_size: 32, recipients: [
    { kid, kind: 'rsa15', encrypted_key: bytes }] });
  const mine = await vault.unwrap(ask(kidOf('alice')));
  const theirs = await other.unwrap(ask(kidOf('stranger')));
  assert.notEqual(mine.content_key, theirs.content_key);
  const plain = createHash('sha256').update(Buffer.from(bytes, 'base64'))
    .digest('base64');
  assert.notEqual(mine.content_key, plain);
});

for (const [name, size] of /** @type {[string, number][]} */ ([
  ['shorter', 255], ['longer', 257], ['of another key', 384], ['empty', 0]]))
  test(`sec_26_encrypted_key_is_as_long_as_the_modulus: ${name}`,
    async () => {
      const one = { kid: kidOf('alice'), kind: 'rsa15',
        encrypted_key: Buffer.alloc(size, 1).toString('base64') };
      assert.equal(await codeOf(unwrap([one])), 'undecodable');
    });

/* The same number without its leading zero: some libraries take it. */
for (const [kind, encrypt] of /** @type {[string, () => any][]} */ ([
  ['rsa15', () => forV15('alice', keys[2])],
  ['oaep', () => forOaep('alice', keys[2], 'sha256')]]))
  test(`sec_26_encrypted_key_is_not_shorter_by_a_zero: ${kind}`, async () => {
    let one = encrypt();
    while (!one.encrypted_key.startsWith('AA'))
      one = encrypt();
    assert.deepEqual(await unwrap([one]), keys[2]);
    const cut = Buffer.from(one.encrypted_key, 'base64').subarray(1);
    assert.equal(await codeOf(unwrap([{ ...one,
      encrypted_key: cut.toString('base64') }])), 'undecodable');
  });

test('sec_26_number_above_the_modulus_is_refused', async () => {
  const one = { kid: kidOf('alice'), kind: 'rsa15',
    encrypted_key: Buffer.alloc(256, 255).toString('base64') };
  assert.equal(await codeOf(unwrap([one])), 'undecodable');
});

/* CVE-2019-1563: who tries every recipient tells by the outcome whether the
 * first one's padding was right. */
test('sec_26_one_recipient_is_chosen_and_no_other_tried', async () => {
  const bad = forPadded('alice', padded(keys[2], malformed[0][1]));
  const good = forV15('alice', keys[2]);
  assert.notDeepEqual(await unwrap([bad, good]), keys[2]);
  assert.deepEqual(await unwrap([good, bad]), keys[2]);
  const damaged = { ...forAgreement('p256', keys[2], 'sha256', 256),
    public: '' };
  assert.equal(await codeOf(unwrap([damaged, good])), 'undecodable');
  const used = (await vault.usage()).filter(({ minute }) => minute > 0);
  assert.deepEqual(used.map(({ kid, minute }) => ({ kid, minute })),
    [{ kid: kidOf('p256'), minute: 1 }]);
});

test('sec_26_recipients_of_strangers_are_passed_over', async () => {
  const theirs = { ...forV15('stranger', keys[2]) };
  const mine = forV15('alice', keys[2]);
  assert.deepEqual(await unwrap([theirs, mine]), keys[2]);
  assert.deepEqual(await unwrap([forV15('rsa3072', keys[0]), mine], 32,
    kidOf('alice')), keys[2], 'the kid that is asked for');
  assert.equal(await codeOf(unwrap([theirs])), 'no-key');
  assert.equal(await codeOf(unwrap([])), 'no-key');
});

test('sec_22_key_for_signing_alone_opens_nothing', async () => {
  assert.equal(await codeOf(unwrap([forV15('rsa2048', keys[2])])), 'no-key');
});

/** @type {[string, any][]} */
const nonsense = [
  ['nothing', {}], ['no list', { recipients: {}, key_size: 32 }],
  ['1001 recipients', { recipients: Array(1001).fill({}), key_size: 32 }],
  ['a size of 8', { recipients: [], key_size: 8 }],
  ['a size of 33', { recipients: [], key_size: 33 }],
  ['a size that is a text', { recipients: [], key_size: '32' }],
];
for (const [name, request] of nonsense)
  test(`key_request_is_refused: ${name}`, async () =>
    assert.equal(await codeOf(vault.unwrap(request)), 'undecodable'));

test('odd_members_of_a_key_request_are_passed_over', async () => {
  const good = forV15('alice', keys[2]);
  assert.deepEqual(await unwrap([null, 7, { kid: 7 }, { kid: 'toString' },
    good]), keys[2]);
});

test('locked_vault_says_so_and_opens_nothing', async () => {
  const again = new Vault(records, () => new Date(now));
  const ask = { recipients: [forV15('alice', keys[2])], key_size: 32 };
  assert.equal(await codeOf(again.unwrap(ask)), 'locked');
  assert.equal(await codeOf(again.unwrap({ key_size: 32,
    recipients: [forV15('stranger', keys[2])] })), 'no-key');
  await again.open(PHRASE);
  now += 61000;
  const { content_key, kid } = await again.unwrap(ask);
  assert.deepEqual([content_key, kid],
    [keys[2].toString('base64'), kidOf('alice')]);
});
