// What staff do with the library, as calls to the service.
import { Problem, type Report, type Table } from '../api'
import { say } from '../words'

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

/** Send a file, telling how much of it is on its way; at 100 it is being read. */
export function upload<T>(path: string, file: File, onPercent: (percent: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.responseType = 'json'
    request.upload.onprogress = (event) => onPercent(Math.round((100 * event.loaded) / (event.total || 1)))
    request.onerror = () => reject(new Problem(say('offline')))
    request.onload = () =>
      request.status < 300 ? resolve(request.response as T) : reject(new Problem(request.response?.detail ?? say('offline'), request.status))
    request.send(file)
  })
}
