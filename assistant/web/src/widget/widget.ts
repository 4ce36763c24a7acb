// A question box for any government page:
//   <script src="https://…/widget.js" data-organ="示例市人民政府" async></script>
// It lives in a shadow root, so that neither page changes the other's look, and asks the service that
// the script came from.  data-lang="en" makes it English.
import { ask, type Reply } from '../api'
import { LOOK } from './look'
import words from './words.json'

const script = document.currentScript as HTMLScriptElement | null
const origin = script ? new URL(script.src).origin : location.origin
const organ = script?.dataset.organ?.trim() ?? ''
const english = script?.dataset.lang === 'en'
const say = (word: keyof typeof words): string => words[word][english ? 1 : 0]!

function make<K extends keyof HTMLElementTagNameMap>(tag: K, set: Partial<HTMLElementTagNameMap[K]> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), set)
  element.append(...children)
  return element
}

function start(): void {
  const host = make('div', { id: 'nianbao-widget', lang: english ? 'en' : 'zh-CN' })
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(LOOK)
  root.adoptedStyleSheets = [sheet]

  const opener = make('button', { type: 'button', className: 'opener' }, say('open'))
  const close = make('button', { type: 'button' }, say('close'))
  const log = make('div', { className: 'log', tabIndex: 0 })
  log.setAttribute('role', 'log')
  log.setAttribute('aria-label', say('name'))
  const field = make('input', { id: 'q', type: 'text', maxLength: 1000, autocomplete: 'off', placeholder: say('placeholder') })
  const label = make('label', { htmlFor: 'q' }, say('question'))
  const button = make('button', { type: 'submit' }, say('ask'))
  const form = make('form', {}, label, make('div', { className: 'row' }, field, button))
  const title = make('h2', { id: 'title' }, say('name'))
  const panel = make('div', { className: 'panel', hidden: true }, make('div', { className: 'head' }, title, close), log, form)
  panel.setAttribute('role', 'dialog')
  panel.setAttribute('aria-labelledby', 'title')
  root.append(opener, panel)

  const earlier: string[] = []
  let busy = false

  function show(open: boolean): void {
    panel.hidden = !open
    opener.hidden = open
    ;(open ? field : opener).focus()
  }
  opener.addEventListener('click', () => show(true))
  close.addEventListener('click', () => show(false))
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') show(false)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void put(field.value)
  })

  async function put(question: string): Promise<void> {
    if (busy || !question.trim()) return
    busy = true
    field.value = ''
    log.append(make('p', { className: 'asked' }, question))
    const waiting = make('p', { className: 'said' }, say('busy'))
    log.append(waiting)
    const scope = { organs: organ ? [organ] : [], years: [] }
    try {
      const body = { question, history: [...earlier], scope, language: english ? ('en' as const) : undefined }
      const reply = await ask(body, () => {}, new AbortController().signal, origin)
      earlier.push(question)
      waiting.replaceWith(...answer(question, reply))
    } catch {
      waiting.textContent = say('failed')
      waiting.className = 'error'
    } finally {
      busy = false
      log.scrollTop = log.scrollHeight
    }
  }

  function answer(question: string, reply: Reply): Node[] {
    const parts: Node[] = []
    if (reply.value !== null) {
      const unit = reply.unit ? [make('small', {}, reply.unit)] : []
      parts.push(make('p', { className: 'value' }, reply.value, ...unit))
    }
    parts.push(make('p', { className: 'said' }, reply.text))
    const offers = [...reply.choices, ...reply.suggestions.map((one) => ({ label: one, question: one }))]
    if (offers.length) parts.push(make('div', { className: 'choices' }, ...offers.map(choice)))
    if (reply.citations.length) {
      const line = (one: Reply['citations'][number]) => {
        const href = `${origin}/reports/${encodeURIComponent(one.report)}${one.seq == null ? '' : `#c-${one.seq}`}`
        return make('li', {}, `[${one.id}] `, link(href, one.title), ` ${[...(one.row ?? []), ...(one.column ?? [])].join(' › ')}`)
      }
      parts.push(make('ol', {}, ...reply.citations.slice(0, 5).map(line)))
    }
    const page = new URL('/', origin)
    page.searchParams.set('q', question)
    for (const name of reply.scope.organs ?? []) page.searchParams.append('organ', name)
    for (const year of reply.scope.years ?? []) page.searchParams.append('year', String(year))
    const origins = say(reply.ai_generated ? 'by_model' : 'by_program')
    parts.push(make('p', { className: 'origin' }, origins, ' ', link(page.href, say('more'))))
    return parts
  }

  function choice(one: { label: string; question: string }): HTMLElement {
    const offered = make('button', { type: 'button' }, one.label)
    offered.addEventListener('click', () => void put(one.question))
    return offered
  }

  document.body.append(host)
}

function link(href: string, text: string): HTMLAnchorElement {
  return make('a', { href, target: '_blank', rel: 'noopener' }, text)
}

if (document.body) start()
else addEventListener('DOMContentLoaded', start)
