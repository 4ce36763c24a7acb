// Start a page: put its component where the server rendered the page that needs no script.
import { type Component, createApp } from 'vue'
import { wireLook } from './look'
import './style.css'

export function start(page: Component): void {
  wireLook()
  const place = document.getElementById('app')!
  place.removeAttribute('data-script')
  createApp(page).mount(place)
}

/** What the server hands to the script of a page. */
export function boot<T>(): Partial<T> {
  const told = document.getElementById('boot')?.textContent
  return told ? (JSON.parse(told) as T) : {}
}
