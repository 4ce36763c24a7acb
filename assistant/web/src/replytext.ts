// The text of a reply as pieces to show: lines of words and citation marks.
import type { Citation, Reply } from './api'
import { language, say } from './words'

export interface Piece {
  text: string
  cites: number[]
}
export interface Line {
  item: boolean
  pieces: Piece[]
}

const MARKS = /((?:\[\d+\])+)/

/** Return the lines of a text, runs of [1][2] gathered into one piece. */
export function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const item = /^\s*[·•]\s*/.test(line)
      const pieces = line
        .replace(/^\s*[·•]\s*/, '')
        .split(MARKS)
        .filter(Boolean)
        .map((part) =>
          MARKS.test(part) ? { text: '', cites: [...part.matchAll(/\d+/g)].map((one) => Number(one[0])) } : { text: part, cites: [] },
        )
      return { item, pieces }
    })
}

/** Return the text without the lines that are shown in places of their own. */
export function bodyOf(reply: Reply): string {
  const shown = [
    ...reply.calculations.map((one) => one.expression),
    ...reply.checks.map((one) => one.text),
    ...reply.notes.map((one) => one.text),
  ]
  const repeats = (line: string) => shown.some((one) => line.includes(one) && line.length - one.length < 24)
  const kept = reply.text.split('\n').filter((line, index) => index === 0 || !repeats(line))
  return kept.join('\n')
}

/** Return the citations by report and table, in order: each group opens one drawing. */
export function groupsOf(citations: Citation[]): Citation[][] {
  const groups = new Map<string, Citation[]>()
  for (const one of citations) {
    const key = `${one.report} ${one.row || one.column ? one.table : `text ${one.id}`}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}

/** Return the address of the report that citations are of, at the cells they name. */
export function reportOf(cited: Citation[]): string {
  const seqs = cited.flatMap((one) => (one.seq == null ? [] : [one.seq]))
  return `/reports/${encodeURIComponent(cited[0]!.report)}?lang=${language}${seqs.length ? `#c-${seqs.join(',')}` : ''}`
}

/** Return where a citation stands, for a person. */
export function whereOf(one: Citation): string {
  const path = [...(one.row ?? []), ...(one.column ?? [])].join(' › ')
  return path || one.quote
}

/** Return a place in a file, for a person. */
export function placeOf(place: { file: string; page: number | null; line: number | null }): string {
  const parts = [place.file]
  if (place.page) parts.push(say('page_no', { n: place.page }))
  if (place.line) parts.push(say('line_no', { n: place.line }))
  return parts.join(' ')
}

/** Return a reply as plain text for copying: the answer, its sources, how it came about. */
export function plainOf(question: string, reply: Reply): string {
  const sources = reply.citations.map((one) => `[${one.id}] ${one.title} ${whereOf(one)} ${placeOf(one.place)}`)
  const label = say(reply.ai_generated ? 'by_model' : 'by_program')
  return [question, '', reply.text, '', ...sources, '', label].join('\n')
}

/** Return the address that asks a question again, on the same scope. */
export function linkOf(question: string, reply: Reply): string {
  const url = new URL('/', location.href)
  url.searchParams.set('q', question)
  for (const organ of reply.scope.organs ?? []) url.searchParams.append('organ', organ)
  for (const year of reply.scope.years ?? []) url.searchParams.append('year', String(year))
  if (document.documentElement.lang.startsWith('en')) url.searchParams.set('lang', 'en')
  return url.href
}
