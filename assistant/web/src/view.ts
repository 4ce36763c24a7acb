// What a page shows, kept in its address, so that every view has a link of its own.
import { reactive, watch } from 'vue'

export type View = Record<string, string>

/** Return the choices of a view: the defaults, then what the address says; changes go back into it. */
export function useView<T extends View>(defaults: T): T {
  const given = new URLSearchParams(location.search)
  const view = reactive({ ...defaults }) as T
  for (const key of Object.keys(defaults)) {
    const found = given.get(key)
    if (found !== null) (view as View)[key] = found
  }
  watch(view, () => {
    const query = new URLSearchParams(location.search)
    for (const [key, value] of Object.entries(view)) {
      if (value && value !== defaults[key]) query.set(key, value)
      else query.delete(key)
    }
    history.replaceState(null, '', `${location.pathname}${query.size ? `?${query}` : ''}${location.hash}`)
  })
  return view
}
