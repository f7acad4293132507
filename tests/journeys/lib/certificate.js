/** What a person does to get a certificate of the site's own authority. */
import { fill, press, PHRASE } from './acts.js';
import { picture } from './browser.js';
import { site } from './site.js';

export const COPY_PASSWORD = 'copie de la clef 2026';

/** The keys page, once its script has said how things stand. */
export async function keysPage(page) {
  await page.goto(`${site.url}/keys`);
  await page.waitForSelector('main[data-page=keys][data-ready]');
}

/** Asks in three steps, on the keys page; the kind is what the page ticks, or
 * another. Ends at the last step: "waiting" or "issued". */
export async function askForCertificate(page, { kind } = {}) {
  await press(page, '#ask-certificate');
  const step = await page.waitForSelector('#request-new:not([hidden]),'
    + '#request-open:not([hidden]), #request-make:not([hidden])');
  const id = await step.evaluate((form) => form.id);
  if (id === 'request-new') {
    await fill(page, '#request-phrase', PHRASE);
    await fill(page, '#request-same', PHRASE);
    await press(page, '#request-new .fill');
  } else if (id === 'request-open') {
    await fill(page, '#request-known', PHRASE);
    await press(page, '#request-open .fill');
  }
  await page.waitForSelector('#request-make:not([hidden])');
  if (kind !== undefined) {
    await press(page, '#request-make summary');
    await press(page, `#request-make [data-kind="${kind}"]`);
  }
  await press(page, '#request-make .fill');
  await page.waitForSelector('#request-done:not([hidden])',
    { timeout: 60000 });
}

/** From the last step, or from a card, a copy of the key; the .p12 file. */
export async function saveCopy(page, opener, folder) {
  await press(page, opener);
  await fill(page, '#copy-phrase', PHRASE);
  await fill(page, '#copy-password', COPY_PASSWORD);
  await fill(page, '#copy-same', COPY_PASSWORD);
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior',
    { behavior: 'allow', downloadPath: folder,
      browserContextId: page.browserContext().id });
  await press(page, '#copy-form .fill');
  await page.waitForSelector('#copy-dialog:not([open])', { timeout: 60000 });
  await picture(page, 'keys-copied');
}

/** The kid of the certificate that signs. */
export async function usableKid(page) {
  await page.waitForSelector('#certificates li[data-kid] .tag.good');
  return page.$eval('#certificates li:has(.tag.good)',
    (card) => card.dataset.kid);
}
