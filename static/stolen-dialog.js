/*
 * Reporting a key as stolen, in two steps, and what to do next. What the
 * server does about it is its own business: a key that is reported signs no
 * more, whoever issued its certificate.
 */
import { call } from './api.js';
import { busyWith, openDialog, showStep } from './dialog.js';
import { byId, showWhen } from './dom.js';
import { refusalOf } from './vault-words.js';

const STEPS = ['stolen-first', 'stolen-second', 'stolen-done'];

/** @param {string} text */
function complain(text) {
  const note = byId('stolen-refusal');
  note.textContent = text;
  note.hidden = text === '';
}

/** @param {string} kid @param {boolean} mayAsk for a new one, here */
async function report(kid, mayAsk) {
  const { authority } = await call('certificates/stolen', { kid });
  showWhen(byId('stolen-done'), authority === 'local' ? 'local' : 'other',
    mayAsk ? 'ask' : '');
  showStep('stolen-done', STEPS);
}

/**
 * @param {{kid: string, name: string, issuer: string, print: string,
 *   isLocal: boolean}} certificate
 * @param {boolean} mayAsk
 * @returns {Promise<{reported: boolean, ask: boolean}>}
 */
export async function reportTheft(certificate, mayAsk) {
  const { kid, name, issuer, print, isLocal } = certificate;
  let reported = false;
  byId('stolen-name').textContent = name;
  byId('stolen-issuer').textContent = issuer;
  byId('stolen-print').textContent = print;
  showWhen(byId('stolen-first'), isLocal ? 'local' : 'other');
  complain('');
  const closed = openDialog('stolen-dialog', {
    'stolen-first': () => showStep('stolen-second', STEPS),
    'stolen-second': () => busyWith(byId('stolen-second'), 'reporting',
      () => report(kid, mayAsk).then(() => { reported = true; },
        (error) => complain(refusalOf(error)))),
    'stolen-renew': () => byId('stolen-dialog').close('ask'),
  });
  showStep('stolen-first', STEPS);
  await closed;
  const ask = byId('stolen-dialog').returnValue === 'ask';
  byId('stolen-dialog').returnValue = '';
  return { reported, ask };
}
