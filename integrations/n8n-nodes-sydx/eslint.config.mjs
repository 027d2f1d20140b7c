/**
 * n8n's own rules, put together as n8n's scanner of community packages does it
 * (@n8n/scan-community-package 0.32.0, buildScanConfig), which lints what is published with them.
 */
import parser from '@typescript-eslint/parser';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import { defineConfig, globalIgnores } from 'eslint/config';

export default defineConfig(
  globalIgnores([
    'dist',
    'dist-*',
    'test',
    'build.mjs',
    'eslint.config.mjs',
    'package-lock.json',
    'tsconfig.json',
  ]),
  n8nCommunityNodesPlugin.configs.recommended,
  { plugins: { 'n8n-nodes-base': n8nNodesBase }, rules: { 'no-console': 'error' } },
  {
    files: ['package.json'],
    rules: {
      ...n8nNodesBase.configs.community.rules,
      // It asks for MIT. The licence is the owner's word, and the whole product's is Apache-2.0.
      'n8n-nodes-base/community-package-json-license-not-default': 'off',
    },
  },
  {
    files: ['**/credentials/**/*.ts'],
    rules: {
      ...n8nNodesBase.configs.credentials.rules,
      // Off in the scanner too: the newer plugin has rules of its own for these.
      'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
      'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
    },
  },
  {
    files: ['**/nodes/**/*.ts'],
    rules: {
      ...n8nNodesBase.configs.nodes.rules,
      // Off in the scanner too.
      'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
      'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
      'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
    },
  },
  { files: ['**/*.json', '**/*.ts'], languageOptions: { parser } },
);
