// Undo and redo, which are edits too; they go to the passage of what they take back.
import { go } from './caret.js'
import { CLOSED } from './change.js'
import { tell } from './dom.js'
import { closed, current, leave, session } from './session.js'

export function history (turn) {
  const next = session.store[turn === 'undo' ? 'made' : 'undone'].at(-1)
  if (next && closed(session.passages[next.passage])) return tell(CLOSED)
  const last = session.store[turn]()
  if (!last) return tell(`nothing to ${turn}`)
  const passage = session.passages[last.passage]
  if (passage !== session.passage) go(passage, passage.last ?? 0)
  leave()
  if (!current()) session.pick = null
  tell(`${turn}: ${last.what}`)
}
