/* purify.js is put beside our modules by tools/build.js. */
export { default } from 'dompurify';
