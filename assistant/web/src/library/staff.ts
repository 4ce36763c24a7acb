// What staff do with the library, as calls to the service.
import { call, Problem, type Report, type Table } from '../api'
import { language, say } from '../words'

export interface Held {
  id: string
  organ: string
  year: number
  file: string
  title: string
  published: string | null
  superseded_by: string | null
  figures: number
  unreadable: number
  fails: number
}
export interface Taken {
  file: string
  outcome: 'added' | 'unchanged' | 'skipped' | 'failed'
  report: string | null
  message: string
}
export interface Draft extends Omit<Report, 'id'> {
  drawn: Table[]
  before: string | null
  changes: { label: string; before: string; now: string; difference: string | null }[]
}

/** What somebody thought of an answer, or an error they report. */
export interface Given {
  id: number
  kind: 'opinion' | 'error'
  helpful: boolean
  comment: string | null
  given: string
  state: 'open' | 'closed'
  closed: { when: string; who: string; decision: string } | null
  record: { question: string; value: string | null; unit: string | null } | null
}

/** Who has signed in; all null where nobody has, or needs to. */
export interface Session {
  name: string | null
  role: 'staff' | 'operator' | null
  csrf: string | null
}
export const session = (): Promise<Session> => call<Session>('/v1/session')

/** The token of the session as it is now: another tab may have signed in anew. */
async function token(): Promise<Record<string, string>> {
  const { csrf } = await session()
  return csrf ? { 'x-csrf-token': csrf } : {}
}

/** Change something in the library. */
export async function write<T>(method: 'POST' | 'DELETE', path: string, body: unknown = {}): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(await token()) }
  return call<T>(path, { method, headers, body: method === 'POST' ? JSON.stringify(body) : null })
}

/** What to tell of an error; where the session has ended, one signs in again. */
export function told(error: unknown): string {
  if (error instanceof Problem && error.status === 401) {
    const here = encodeURIComponent(location.pathname + location.search)
    location.assign(`/sign-in?lang=${language}&next=${here}`)
  }
  return error instanceof Problem ? error.message : say('offline')
}

/** Send a file, telling how much of it is on its way; at 100 it is being read. */
export async function upload<T>(path: string, file: File, onPercent: (percent: number) => void): Promise<T> {
  const shown = await token()
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('content-type', 'application/octet-stream')
    for (const [name, value] of Object.entries(shown)) request.setRequestHeader(name, value)
    request.responseType = 'json'
    request.upload.onprogress = (event) => onPercent(Math.round((100 * event.loaded) / (event.total || 1)))
    request.onerror = () => reject(new Problem(say('offline')))
    request.onload = () =>
      request.status < 300 ? resolve(request.response as T) : reject(new Problem(request.response?.detail ?? say('offline'), request.status))
    request.send(file)
  })
}
