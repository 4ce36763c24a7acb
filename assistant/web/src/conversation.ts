// One conversation: asking, the answer as it comes, stopping, and what the next question follows.
import { computed, reactive, ref } from 'vue'
import { ask, Problem, type Reply, type Scope } from './api'
import type { Conversation, Turn } from './history'
import { language, say } from './words'

export function useConversation(keep: (one: Conversation) => void) {
  const current = ref<Conversation>(fresh())
  const busy = ref(false)
  const announced = ref<string[]>([])
  let stopping: AbortController | null = null

  const following = computed<Scope | null>(() => {
    const last = [...current.value.turns].reverse().find((turn) => turn.reply?.scope?.organs?.length)
    const scope = last?.reply?.scope
    return scope ? { organs: scope.organs ?? [], years: scope.years ?? [] } : null
  })

  async function put(question: string, scope: Scope): Promise<void> {
    if (busy.value || !question.trim()) return
    const history = current.value.turns.filter((turn) => turn.reply).map((turn) => turn.question)
    const turn = reactive<Turn>({ question: question.trim(), reply: null, heard: '', problem: '' })
    current.value.turns.push(turn)
    const asked = current.value
    announced.value = []
    busy.value = true
    stopping = new AbortController()
    const body = { question: turn.question, history, scope, language: spoken(turn.question) }
    try {
      turn.reply = await ask(body, (sentence) => hear(turn, sentence), stopping.signal)
      keep(asked)
    } catch (error) {
      turn.problem = told(error)
      announced.value.push(turn.problem)
    } finally {
      busy.value = false
    }
  }

  function hear(turn: Turn, sentence: string): void {
    turn.heard += sentence
    const words = sentence.replace(/\[\d+\]/g, '').trim()
    if (words) announced.value.push(words)
  }

  function answered(question: string, reply: Reply): void {
    current.value.turns.push({ question, reply, heard: reply.text, problem: '' })
    announced.value.push(reply.speech)
    keep(current.value)
  }

  const stop = () => stopping?.abort()
  const begin = () => (current.value = fresh())
  const resume = (one: Conversation) => (current.value = { ...one, turns: [...one.turns] })

  return { current, busy, announced, following, put, answered, stop, begin, resume }
}

function fresh(): Conversation {
  return { id: `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`, started: Date.now(), turns: [] }
}

// On an English page a question in English is answered in English; otherwise the question decides.
function spoken(question: string): 'en' | undefined {
  return language === 'en' && /^[\x00-\x7f]+$/.test(question) ? 'en' : undefined
}

function told(error: unknown): string {
  if (error instanceof DOMException && error.name === 'AbortError') return say('stopped')
  if (error instanceof Problem && error.message) return say('failed', { why: error.message })
  return say('offline')
}
