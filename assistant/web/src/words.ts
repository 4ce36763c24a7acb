// The words of the pages, Chinese first; English where the page is English.
import table from './words.json'

export type Word = keyof typeof table
export type Language = 'zh' | 'en'

export const language: Language = document.documentElement.lang.startsWith('en') ? 'en' : 'zh'

/** Return a wording in the language of the page, its {places} filled. */
export function say(word: Word, values: Record<string, string | number> = {}): string {
  const text = table[word][language === 'en' ? 1 : 0] as string
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
