// Large print and high contrast, switched without leaving the page, and remembered by the cookie that
// the server reads. Every link that leads on keeps working without this.

const root = document.documentElement

export function wireLook(): void {
  toggle('mode', 'mode', 'elder', 'standard')
  toggle('contrast', 'contrast', 'high', 'normal')
}

function toggle(id: string, name: string, on: string, off: string): void {
  const link = document.getElementById(id) as HTMLAnchorElement | null
  if (!link) return
  link.addEventListener('click', (event) => {
    event.preventDefault()
    const url = new URL(link.href)
    const chosen = url.searchParams.get(name) ?? off
    root.setAttribute(`data-${name}`, chosen)
    document.cookie = `look=${root.dataset.mode}.${root.dataset.contrast}; max-age=31536000; path=/; samesite=lax`
    const here = new URL(location.href)
    here.searchParams.set(name, chosen)
    history.replaceState(history.state, '', here)
    url.searchParams.set(name, chosen === on ? off : on)
    link.href = url.href
    const words = WORDS[name]![root.lang.startsWith('en') ? 1 : 0]!
    link.textContent = chosen === on ? words[1]! : words[0]!
  })
}

// What the switch offers: to turn it on, to turn it off.
const WORDS: Record<string, string[][]> = {
  mode: [['大字版', '标准版'], ['Large print', 'Standard print']],
  contrast: [['高对比', '普通对比'], ['High contrast', 'Normal contrast']],
}
