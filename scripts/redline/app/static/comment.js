// Comments: each is an item of its passage, named by the span that it is on, or by nothing where it is on the passage.
import { change } from './change.js'
import { say } from './dom.js'
import { current, leave, session } from './session.js'

export const commentItem = span => `comment:${span?.id ?? ''}`

// Opens the field in the dock.
export function comment (span = current()) {
  leave()
  Object.assign(session, { mode: 'comment', about: commentItem(span) })
}

export const commentOf = (passage, item) => session.store.state[passage.n][item] ?? ''

// Saves what was typed. Where another window changed the comment meanwhile, both texts stay.
export function write (passage, item, typed, before) {
  const now = commentOf(passage, item)
  const mine = typed.toWellFormed().trim()
  if (mine === before) return
  const text = now === before ? mine : [now, mine].filter(Boolean).join(' / ')
  if (change([[item, text || null]], text ? 'comment' : 'remove a comment', passage)) say(text ? 'comment saved' : 'comment removed')
}
