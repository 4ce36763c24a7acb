// The service as the pages see it: its shapes, and how to ask it.

export interface Place {
  file: string
  page: number | null
  line: number | null
  table?: number
  row?: number
  column?: number
  start?: number
  stop?: number
}
export interface Citation {
  id: number
  report: string
  organ: string
  year: number
  title: string
  section: string | null
  table: number | null
  url: string | null
  row: string[] | null
  column: string[] | null
  indicator: string | null
  applicant: string | null
  seq: number | null
  quote: string
  place: Place
}
export interface FigureShown {
  organ: string | null
  year: number | null
  label: string
  state: string
  value: string | null
  unit: string | null
  computed: boolean
  citations: number[]
}
export interface Point {
  year?: number
  organ?: string
  label?: string
  value: string | null
}
export interface Series {
  organ?: string
  label: string
  unit: string | null
  kind?: string
  break?: boolean
  points: Point[]
}
export type Outcome = 'holds' | 'fails' | 'not_assessable'
export interface Reply {
  answer_id: string
  conversation: string
  language: 'zh' | 'en'
  status: 'answered' | 'needs_clarification' | 'no_answer'
  text: string
  speech: string
  value: string | null
  unit: string | null
  figures: FigureShown[]
  calculations: { expression: string; result: string | null; unit: string | null; citations: number[] }[]
  choices: { label: string; question: string }[]
  verdict: boolean | null
  citations: Citation[]
  checks: { rule: string; result: Outcome; text: string; citations: number[] }[]
  notes: { code: string; text: string }[]
  suggestions: string[]
  series: Series[]
  scope: { organs?: string[]; years?: number[] }
  needs_human: boolean
  ai_generated: boolean
}
export interface Scope {
  organs: string[]
  years: number[]
}
export interface Cell {
  text: string
  rowspan: number
  colspan: number
  header: boolean
  state?: string
  indicator?: string | null
  applicant?: string | null
  seq?: number | null
}
export interface Table {
  report: string
  number: number
  title: string
  rows: Cell[][]
}
export interface Finding {
  rule: string
  result: Outcome
  text: string
  places: Place[]
  figures?: number[]
  key?: string
  seen?: { who: string; when: string; why: string } | null
}
export interface ReportLine {
  id: string
  organ: string
  year: number
  format: string | null
  title: string
  file: string
  kind: string
  pages: number | null
  url: string | null
  published: string | null
  source: string | null
  passages: number
  superseded_by: string | null
}
export interface Report extends ReportLine {
  figures: number
  unreadable: { table: number | null; row: string[]; column: string[]; printed: string; why: string; place: Place }[]
  findings: Finding[]
  missing: { table: number; indicator: string | null }[]
  tables: number[]
}
export interface DocumentText {
  report: string
  text: string
  sections: { number: string; heading: string; start: number; stop: number }[]
  tables: { title: string; rows: { text: string; rowspan: number; colspan: number }[][] }[]
}

/** A page of an original as a picture; boxes are parts of its width and height. */
export interface OriginalPage {
  number: number
  width: number
  height: number
  cells: { seq: number; left: number; top: number; width: number; height: number }[]
}

/** What went wrong, in words for a person. */
export class Problem extends Error {
  constructor(message: string, readonly status = 0) {
    super(message)
  }
}

/** Call the service and return its JSON. */
export async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, init)
  if (!response.ok) throw await problemOf(response)
  return (response.status === 204 ? null : await response.json()) as T
}

/** A list of which one page was fetched; `reports` are those of all pages. */
export interface Paged<T> {
  rows: T[]
  page: number
  pages: number
  reports: number
}
/** What one file of the desk can hold: of more, it holds the page. */
export const MOST_REPORTS = 1000

/** Call the service for one page of a list; the headers tell which. */
export async function callPage<T>(path: string): Promise<Paged<T>> {
  const response = await fetch(path)
  if (!response.ok) throw await problemOf(response)
  const told = (name: string) => Number(response.headers.get(name) ?? 1)
  return { rows: await response.json(), page: told('x-page'), pages: told('x-pages'), reports: told('x-reports') }
}

/** Send JSON and return the JSON that comes back. */
export function send<T>(path: string, body: unknown, method = 'POST'): Promise<T> {
  return call<T>(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

async function problemOf(response: Response): Promise<Problem> {
  const told = await response.json().catch(() => null)
  return new Problem(told?.detail ?? `HTTP ${response.status}`, response.status)
}

export interface Question {
  question: string
  conversation?: string
  history?: string[]
  scope: Scope
  language?: 'zh' | 'en'
}

/** Ask a question; `onText` gets each sentence as it comes. Returns the whole reply. */
export async function ask(
  body: Question,
  onText: (sentence: string) => void,
  signal: AbortSignal,
  origin = '',
): Promise<Reply> {
  const response = await fetch(`${origin}/v1/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(body),
    signal,
  })
  if (!response.ok || !response.body) throw await problemOf(response)
  let reply: Reply | null = null
  for await (const { event, data } of events(response.body)) {
    if (event === 'delta') onText(JSON.parse(data).text)
    if (event === 'reply') reply = JSON.parse(data)
  }
  if (!reply) throw new Problem('')
  return reply
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let waiting = ''
  for (;;) {
    const { done, value } = await reader.read()
    waiting += decoder.decode(value, { stream: !done }).replaceAll('\r', '')
    for (let end = waiting.indexOf('\n\n'); end >= 0; end = waiting.indexOf('\n\n')) {
      yield parsed(waiting.slice(0, end))
      waiting = waiting.slice(end + 2)
    }
    if (done) return
  }
}

function parsed(block: string): { event: string; data: string } {
  const lines = block.split('\n')
  const part = (name: string) =>
    lines.filter((line) => line.startsWith(name + ':')).map((line) => line.slice(name.length + 1).replace(/^ /, ''))
  return { event: part('event')[0] ?? 'message', data: part('data').join('\n') }
}
