/* vendor/purify.js is put in place by tools/build.js. */
export { default } from 'dompurify';
