// Conversations of this browser: kept in its local storage, nowhere else, until they are cleared.
import { type Ref, ref } from 'vue'
import type { Reply } from './api'

export interface Turn {
  question: string
  reply: Reply | null
  heard: string
  problem: string
}
export interface Conversation {
  id: string
  started: number
  turns: Turn[]
}

const KEY = 'nianbao.history'
const MOST = 30

export function useHistory(): {
  kept: Ref<Conversation[]>
  keep: (one: Conversation) => void
  clear: () => void
} {
  const kept = ref<Conversation[]>(load())

  function keep(one: Conversation): void {
    const answered = { ...one, turns: one.turns.filter((turn) => turn.reply) }
    if (!answered.turns.length) return
    kept.value = [answered, ...kept.value.filter((other) => other.id !== one.id)].slice(0, MOST)
    store()
  }

  function store(): void {
    // A full or forbidden storage only means that nothing is remembered.
    try {
      localStorage.setItem(KEY, JSON.stringify(kept.value))
    } catch {
      localStorage.removeItem(KEY)
    }
  }

  function clear(): void {
    kept.value = []
    localStorage.removeItem(KEY)
  }

  return { kept, keep, clear }
}

function load(): Conversation[] {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(found) ? found : []
  } catch {
    return []
  }
}
