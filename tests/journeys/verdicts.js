/** Every verdict, on a page, in both languages (DESIGN §4). */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';
import { openMessage } from './lib/acts.js';
import { launch, newPage, picture, signIn, waitForText }
  from './lib/browser.js';
import { inbox, site } from './lib/site.js';

// verdict, part of the subject, words in French, words in English, banner
const cases = [
  ['verified', 'Facture 2026-1184', 'Vérifié', 'Verified'],
  ['altered', 'Coordonnées bancaires', 'Altéré', 'Altered', true],
  ['revoked', 'Clés du local', 'Révoqué', 'Revoked', true],
  ['address-mismatch', 'Changement de salle', 'Autre adresse',
    'Other address', true],
  ['unknown-issuer', 'Proposition de service',
    'personne ne garantit le signataire', 'nobody vouches for the signer'],
  ['expired', 'Rapport trimestriel', 'le certificat avait expiré',
    'the certificate had expired'],
  ['weak', 'Inventaire du fonds', 'la signature est trop faible',
    'the signature is too weak'],
  ['wrong-usage', 'verdict wrong-usage', 'certificat fait pour un autre usage',
    'a certificate for another use'],
  ['not-yet-valid', 'verdict not-yet-valid',
    'signé avant le début du certificat', 'signed before the certificate began'],
  ['unchecked', 'verdict unchecked', 'n’a pas pu être vérifiée',
    'cancellation could not be checked'],
  ['several-signers', 'verdict several-signers', 'pas exactement une signature',
    'not exactly one signature'],
  ['malformed', 'verdict malformed', 'la signature est illisible',
    'the signature cannot be read'],
];

async function seesVerdict(page, [code, subject, french, english, banner],
  language) {
  await openMessage(page, subject);
  const where = banner ? '.banner[role=alert]' : '.security';
  const text = await page.$eval(where, (at) => at.innerText);
  const word = language === 'fr' ? french : english;
  assert.ok(text.includes(word), `${code}, ${language}: "${text}"`);
  const seal = await page.$('.seal');
  assert.equal(seal !== null, code === 'verified', 'seal only on verified');
  assert.ok(text.replace(/\s+/g, ' ').length > 40, `${code} explains itself`);
  await picture(page, `verdict-${code}-${language}`);
}

/* The signature is claire's, and so says the seal; the name is not. */
async function seesClaim(page, language) {
  await openMessage(page, 'Un autre nom');
  await waitForText(page, language === 'fr'
    ? 'montre une autre adresse : Direction <direction@demo.test>. '
      + 'Ce message vient de claire@demo.test.'
    : 'shows another address: Direction <direction@demo.test>. '
      + 'This message comes from claire@demo.test.');
  const from = await page.$eval('.from', (at) => at.innerText.trim());
  assert.equal(from, 'claire@demo.test');
  assert.equal(await page.$eval('.head .mono', (at) => at.textContent), 'C');
  const rows = await page.$$eval('#rows', (all) => all.map(
    (at) => at.innerText).join(' '));
  assert.ok(!rows.includes('direction@demo.test'), 'not in the list');
  await picture(page, `name-claim-${language}`);
}

test('every verdict has its words on a page', async (t) => {
  execFileSync(path.join(import.meta.dirname ?? path.dirname(
    new URL(import.meta.url).pathname), 'verdict-messages'),
  [site.dir, inbox('alice')]);
  const { browser } = await launch();
  t.after(() => browser.close());
  for (const language of ['fr', 'en']) {
    const context = await browser.createBrowserContext();
    const page = await newPage(context, { language });
    await signIn(page, 'alice');
    for (const each of cases)
      await t.test(`${each[0]} in ${language}`, () => seesVerdict(page, each,
        language));
    await t.test(`b5 an encrypted message says what is missing, ${language}`,
      async () => {
        await openMessage(page, 'Dossier disciplinaire');
        await waitForText(page, language === 'fr' ? 'Chiffré, clé verrouillée'
          : 'Encrypted, key locked');
        /* The vault is asked first which keys there are. */
        await page.waitForFunction((words) => new RegExp(words)
          .test(document.querySelector('main').innerText), {}, language === 'fr'
          ? 'n’est pas dans ce navigateur|Aucune de vos clés|coffre'
          : 'not in this browser|None of your keys|vault');
      });
    await t.test(`o7 a name that shows another address, ${language}`, () =>
      seesClaim(page, language));
    await context.close();
  }
});
