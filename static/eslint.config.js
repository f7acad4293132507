/*
 * Run from the top of the tree, so that tests are inside:
 *   static/node_modules/.bin/eslint --config static/eslint.config.js \
 *       static tests/static tests/journeys
 */
import js from '@eslint/js';
import globals from 'globals';

/* What no page script may do: the policy refuses it at run time, and this
 * says so earlier. */
const neverInPages = [
  { selector: "MemberExpression[property.name='innerHTML']",
    message: 'Trusted Types refuse it: build nodes, or use the purifier.' },
  { selector: "MemberExpression[property.name='outerHTML']",
    message: 'Trusted Types refuse it: build nodes, or use the purifier.' },
];

/* The vault has no network and no page; it must not even try. */
const neverInVault = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource',
  'importScripts', 'document', 'window', 'localStorage', 'sessionStorage',
  'Worker', 'console'];

export default [
  { ignores: ['**/node_modules/**', '**/build/**'] },
  js.configs.recommended,
  {
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: 'module',
      globals: { ...globals.browser },
    },
    rules: {
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'no-shadow': 'error',
      'no-unused-vars': ['error', { args: 'none', caughtErrors: 'none' }],
      'no-control-regex': 'off',
      'max-len': ['error', { code: 78, ignoreUrls: true, ignoreStrings: true,
        ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60 }],
    },
  },
  {
    files: ['**/static/*.js'],
    rules: { 'no-restricted-syntax': ['error', ...neverInPages] },
  },
  {
    files: ['**/static/frame.js'],
    languageOptions: { sourceType: 'script' },
  },
  {
    files: ['**/static/icons/line.js'],
    rules: { 'max-len': 'off' },
  },
  {
    files: ['**/vault/*.js'],
    languageOptions: { globals: { ...globals.worker } },
    rules: { 'no-restricted-globals': ['error', ...neverInVault] },
  },
  {
    files: ['**/tests/**', '**/static/tools/**', '**/static/icons/**',
      '**/eslint.config.js'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-restricted-globals': 'off', 'no-restricted-syntax': 'off' },
  },
];
