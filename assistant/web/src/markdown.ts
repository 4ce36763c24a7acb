// The little markdown that a chat model writes; loaded only for replies that carry such prose.
import DOMPurify from 'dompurify'
import { marked } from 'marked'

const TAGS = ['p', 'br', 'strong', 'em', 'ul', 'ol', 'li', 'blockquote']

/** Return safe HTML: paragraphs, lists and emphasis; no links, no attributes. */
export function rendered(text: string): string {
  const html = marked.parse(text, { async: false, breaks: true, gfm: false })
  return DOMPurify.sanitize(html, { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: [] })
}
