// Builds widget.js, the one file that other government pages load.
import { defineConfig } from 'vite'

export default defineConfig({
  publicDir: false,
  build: {
    outDir: '../static',
    emptyOutDir: false,
    target: 'es2020',
    lib: { entry: 'src/widget/widget.ts', formats: ['iife'], name: 'Nianbao', fileName: () => 'widget.js' },
  },
})
