/** The content key of an opened message goes to that message's parts and
 * nowhere else, and is gone when the message is left. */
import assert from 'node:assert/strict';
import test from 'node:test';
import './node-globals.mjs';

/** @type {any} What a page has. */
const page = globalThis;

/** @type {{url: string, how: any}[]} */
const asked = [];
page.location = new URL('https://mail.test/mail/INBOX/1-5');
page.document = { body: { dataset: { base: '/', csrf: 'token' } } };
page.fetch = async (/** @type {URL} */ url, how = {}) => {
  asked.push({ url: String(url), how });
  return { ok: true, arrayBuffer: async () => new ArrayBuffer(3) };
};

const { forget, heldKey, hold, opener } =
  await import('../../static/opened-files.js');

async function ask(/** @type {string} */ url) {
  asked.length = 0;
  await opener()(url);
  return asked[0].how;
}

test('sec_41 a part comes as bytes, whatever it says it is', async () => {
  hold('/mail/INBOX/1-5', 'a2V5');
  const blob = await opener()('/mail/INBOX/1-5/open/part/2');
  assert.equal(blob.type, 'application/octet-stream');
  assert.equal(blob.size, 3);
});

test('the key goes in the body of a POST to its own message', async () => {
  hold('/mail/INBOX/1-5', 'a2V5');
  const how = await ask('/mail/INBOX/1-5/open/part/2');
  assert.equal(how.method, 'POST');
  assert.deepEqual(JSON.parse(how.body), { content_key: 'a2V5' });
  assert.equal(how.headers['X-CSRF-Token'], 'token');
  assert.doesNotMatch(asked[0].url, /a2V5/);
});

test('no other address is given the key', async (t) => {
  hold('/mail/INBOX/1-5', 'a2V5');
  for (const url of ['/mail/INBOX/1-50/open/part/2', '/mail/INBOX/1-6/part/2',
    'https://evil.test/mail/INBOX/1-5/open/part/2', '/mail/INBOX/1-5']) {
    await t.test(url, async () => {
      const how = await ask(url);
      assert.equal(how.method, undefined);
      assert.doesNotMatch(JSON.stringify(asked), /a2V5/);
    });
  }
});

test('once left, the message has no key', async () => {
  hold('/mail/INBOX/1-5', 'a2V5');
  const carried = opener();
  forget();
  assert.equal(heldKey(), null);
  assert.equal((await ask('/mail/INBOX/1-5/open/part/2')).method, undefined);
  // What answers the message brings its files along: asked for before.
  asked.length = 0;
  await carried('/mail/INBOX/1-5/open/part/2');
  assert.equal(asked[0].how.method, 'POST');
});
