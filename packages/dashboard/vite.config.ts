import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

/** Where `npm run dev` finds the API: a server started by `npm start`. */
const API = process.env['SYDX_API'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), precompress()],
  build: {
    target: 'es2022',
    // All know light-dark(), which must reach them as it is written.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Icons and charts stay files of their own: the page's policy allows no data: scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/v1': { target: API, changeOrigin: false } } },
});
