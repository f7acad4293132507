/* SEC-23, SEC-24: whatever a dishonest server changes, nothing is signed. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { VaultError } from '../../static/vault-error.js';
import { attributesSet } from '../../static/vault/attributes.js';
import { base64Lines } from '../../static/vault/bytes.js';
import { oid, seq, setOf, sequence, parse, tlv }
  from '../../static/vault/der.js';
import { random, spoiled } from './dishonest.mjs';
import { makeAuthorities, makePerson } from './identities.mjs';
import { formWithFiles, honestRequest, pageForm, plainForm, toEncrypt,
  vaultOf } from './requests.mjs';

const COUNT = process.env.SCEAU_LONG === '1' ? 10000 : 1000;

/** @type {Awaited<ReturnType<typeof vaultOf>>} */
let signer;
let signatures = 0;

before(async () => {
  makeAuthorities();
  makePerson('alice', 'p256');
  signer = await vaultOf('alice');
  const key = signer.vault.keys.get(signer.kid);
  assert.ok(key);
  const real = key.sign;
  key.sign = (...args) => {
    signatures++;
    return real(...args);
  };
});

/** Signs nothing, or fails. @param {any} form @param {any} request
 *  @param {string} name @returns {Promise<string>} what it says */
async function refusal(form, request, name) {
  const had = signatures;
  const { vault, kid } = signer;
  const outcome = await vault.sign({ kid, form: pageForm(form), request })
    .then(() => 'signed', (error) => {
      assert.ok(error instanceof VaultError, `${name}: ${error?.stack}`);
      return error.where ?? error.code;
    });
  assert.notEqual(outcome, 'signed', `${name}: ${JSON.stringify(request)}`);
  assert.equal(signatures, had, name);
  return outcome;
}

for (const [name, form] of /** @type {[string, any][]} */ ([
  ['text', plainForm], ['files', formWithFiles],
  ['text to encrypt', toEncrypt(plainForm)],
  ['files to encrypt', toEncrypt(formWithFiles)]]))
  test(`b3_sec_23_${COUNT}_changes_to_a_request_are_refused: ${name}`,
    async (t) => {
      const honest = honestRequest(form, 'alice');
      const { kid, vault } = signer;
      await vault.sign({ kid, form: pageForm(form), request: honest });
      const r = random(0x5ce0 + form.files.length);
      /** @type {Map<string, number>} */
      const said = new Map();
      for (let i = 0; i < COUNT; i++) {
        const where = await refusal(form, spoiled(honest, r), `change ${i}`);
        said.set(where, (said.get(where) ?? 0) + 1);
      }
      t.diagnostic([...said].map(([where, n]) => `${n} ${where}`).join(', '));
    });

/* Whoever asked to encrypt must not find that the message went out in clear,
 * nor the other way round, whatever the server says of its pieces. */
for (const form of [plainForm, formWithFiles])
  for (const [mine, theirs, says] of /** @type {[any, any, string][]} */ ([
    [toEncrypt(form), form, 'sign'], [form, toEncrypt(form), 'sign+encrypt'],
    [toEncrypt(form), form, 'sign+encrypt'], [form, toEncrypt(form), 'sign'],
    [toEncrypt(form), toEncrypt(form), 'sign'],
    [form, form, 'sign+encrypt']]))
    test('sec_23_clear_for_what_is_to_be_encrypted_is_refused: ' +
        `${form.files.length} files, ${mine.protection ?? 'sign'} asked, ` +
        `${theirs.protection ?? 'sign'} called ${says}`, async () => {
      const request = { ...honestRequest(theirs, 'alice'), protection: says };
      const where = await refusal(mine, request, says);
      assert.equal(where, says === (mine.protection ?? 'sign') ? 'structure'
        : 'protection');
    });

test('sec_24_every_byte_of_the_attributes_counts', async () => {
  const honest = honestRequest(plainForm, 'alice');
  const bytes = Buffer.from(honest.attributes, 'base64');
  for (let i = 0; i < bytes.length; i++)
    for (const bit of [0x01, 0x20, 0x80]) {
      const changed = Buffer.from(bytes);
      changed[i] ^= bit;
      const request = { ...honest, attributes: changed.toString('base64') };
      assert.equal(await refusal(plainForm, request, `byte ${i}`),
        'attributes');
    }
});

test('sec_24_added_missing_and_reordered_attributes_are_refused',
  async () => {
    const honest = honestRequest(plainForm, 'alice');
    const set = parse(Buffer.from(honest.attributes, 'base64'));
    const all = set.items.map(({ whole }) => whole);
    const more = seq(oid('1.2.840.113549.1.9.16.2.4'),
      setOf(tlv(0x04, new Uint8Array(8))));
    const again = seq(oid('1.2.840.113549.1.9.5'),
      tlv(0x31, tlv(0x17, Buffer.from('261125043000Z'))));
    /** @type {[string, Uint8Array][]} */
    const cases = [
      ['one more', setOf(...all, more)],
      ['one twice', setOf(...all, again)],
      ['another order', tlv(0x31, ...[...all].reverse())],
      ['none', tlv(0x31)],
      ['a sequence', tlv(0x30, ...all)],
      ['implicit tag', tlv(0xa0, ...all)],
      ...all.map((_, n) => /** @type {[string, Uint8Array]} */ ([
        `without the attribute ${n}`,
        setOf(...all.filter((__, i) => i !== n))])),
    ];
    assert.equal(sequence(parse(seq(...all))).length, 6);
    for (const [name, attributes] of cases)
      await refusal(plainForm, { ...honest,
        attributes: Buffer.from(attributes).toString('base64') }, name);
  });

/* Core itself composes another message than the form's: every digest and
 * length fits, and still it is not what the person wrote. */
/** @type {[string, string, (form: any) => void][]} */
const otherMessages = [
  ['another text', 'text', (form) => { form.text += '!'; }],
  ['no text', 'text', (form) => { form.text = ''; }],
  ['a line less', 'text', (form) => { form.text = 'Bonjour Claire,\n'; }],
  ['another subject', 'subject', (form) => { form.subject += ' !'; }],
  ['no subject', 'subject', (form) => { form.subject = ''; }],
  ['another sender', 'from', (form) => {
    form.from = { name: '', address: 'eve@demo.test' };
  }],
  ['another name of the sender', 'from', (form) => {
    form.from = { ...form.from, name: 'Le président' };
  }],
  ['another recipient', 'to', (form) => {
    form.to = [{ name: 'Claire Fontaine', address: 'eve@evil.test' }];
  }],
  ['one more recipient', 'to', (form) => {
    form.to = [...form.to, { name: '', address: 'eve@evil.test' }];
  }],
  ['one recipient less', 'to', (form) => { form.to = [form.to[0]]; }],
  ['recipients in another order', 'to', (form) => {
    form.to = [...form.to].reverse();
  }],
  ['another name of a recipient', 'to', (form) => {
    form.to = [{ ...form.to[0], name: 'Claire' }, form.to[1]];
  }],
  ['no copy', 'cc', (form) => { form.cc = []; }],
  ['another copy', 'cc', (form) => {
    form.cc = [{ name: '', address: 'eve@evil.test' }];
  }],
  ['another thread', 'in-reply-to', (form) => {
    form.in_reply_to = '<2@demo.test>';
  }],
  ['another history', 'references', (form) => {
    form.references = '<0@demo.test>';
  }],
  ['another file', 'attributes', (form) => {
    form.files = form.files.map((/** @type {any} */ file, n) =>
      n === 0 ? { ...file, data: 'UGFpZA==' } : file);
  }],
  ['another name of a file', 'files', (form) => {
    form.files = form.files.map((/** @type {any} */ file, n) =>
      n === 1 ? { ...file, name: 'a.ods' } : file);
  }],
  ['another type of a file', 'files', (form) => {
    form.files = form.files.map((/** @type {any} */ file, n) =>
      n === 0 ? { ...file, type: 'text/html' } : file);
  }],
  ['a file less', 'files', (form) => { form.files = form.files.slice(1); }],
  ['a file more', 'files', (form) => {
    form.files = [...form.files, form.files[0]];
  }],
  ['files in another order', 'files', (form) => {
    form.files = [...form.files].reverse();
  }],
  ['no files', 'files', (form) => { form.files = []; }],
];
for (const [name, where, change] of otherMessages)
  test(`b3_sec_23_another_message_is_refused: ${name}`, async () => {
    const other = { ...formWithFiles };
    change(other);
    const request = honestRequest(other, 'alice');
    assert.equal(await refusal(formWithFiles, request, name), where);
  });

/** A request in which one text is another throughout, with the attributes
 * that belong to it. @param {any} honest @param {string} from
 * @param {string} to */
function consistent(honest, from, to) {
  const entity = honest.entity.map((/** @type {any} */ piece) =>
    typeof piece === 'string' ? piece.replaceAll(from, to) : piece);
  const digest = createHash('sha256');
  for (const piece of entity)
    digest.update(typeof piece === 'string' ? piece : base64Lines(
      Buffer.from(formWithFiles.files[piece.file].data, 'base64')));
  const attributes = attributesSet('ecdsa-sha256',
    Buffer.from(honest.kid, 'hex'), digest.digest(),
    new Date(honest.signing_time));
  return { ...honest, entity,
    attributes: Buffer.from(attributes).toString('base64') };
}

test('sec_23_boundary_and_message_id_leave_no_room_for_a_message',
  async () => {
    const honest = honestRequest(formWithFiles, 'alice');
    const [, boundary] = /boundary="([^"]+)"/.exec(honest.entity[0]) ?? [];
    const [, id] = /<([0-9a-f]{32})@/.exec(honest.entity[0]) ?? [];
    const { vault, kid } = signer;
    const other = boundary.replace(/.$/, boundary.endsWith('a') ? 'b' : 'a');
    await vault.sign({ kid, form: pageForm(formWithFiles),
      request: consistent(honest, boundary, other) });
    for (const bad of ['', 'x', '=_', boundary.slice(1), `${boundary}a`,
      boundary.replace(/.$/, '-'), boundary.replace(/.$/, ' '),
      `=_${'Pay-Eve-a-million-euros!'}`])
      await refusal(formWithFiles, consistent(honest, boundary, bad),
        `boundary ${bad}`);
    for (const bad of ['', 'x', id.slice(1), `${id}0`, id.replace(/.$/, 'G'),
      id.toUpperCase().replace(/.$/, 'A'), 'pay eve a million', `${id}@b`])
      await refusal(formWithFiles, consistent(honest, id, bad),
        `message id ${bad}`);
  });

test('sec_23_text_is_no_file_and_a_file_no_text', async () => {
  const honest = honestRequest(formWithFiles, 'alice');
  for (const [n, piece] of honest.entity.entries()) {
    const entity = [...honest.entity];
    entity[n] = typeof piece === 'string' ? { file: 0 } : 'UGFpZA==\r\n';
    // The first piece has the Message-ID, which is looked at before.
    assert.equal(await refusal(formWithFiles, { ...honest, entity },
      `piece ${n}`), n === 0 ? 'message-id' : 'files');
  }
});

test('file_that_changed_since_it_was_chosen_is_refused', async () => {
  const request = honestRequest(formWithFiles, 'alice');
  const broken = /** @type {[string, () => any][]} */ ([
    ['shorter', () => new Blob(['%PDF'])],
    ['unreadable', () => ({ arrayBuffer: async () => {
      throw new DOMException('gone', 'NotReadableError');
    } })],
  ]);
  for (const [name, slice] of broken) {
    const form = pageForm(formWithFiles);
    form.files[0] = { name: 'convention.pdf', type: 'application/pdf',
      size: form.files[0].size, slice };
    await assert.rejects(
      signer.vault.sign({ kid: signer.kid, form, request }),
      (error) => error instanceof VaultError && error.where === 'files',
      name);
  }
});
