// Builds the pages into assistant/static: hashed files under assets/, and manifest.json, from which
// the server learns what each page needs.
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const service = 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue()],
  publicDir: false,
  build: {
    outDir: '../static',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2020',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        chat: 'index.html',
        report: 'src/report.ts',
        desk: 'src/desk.ts',
        library: 'src/library.ts',
      },
    },
  },
  server: { proxy: { '/v1': service, '/static': service } },
})
