// Edits of the items of a passage: each has a name for undo, and none changes a passage that is compared with gold.
import { tell } from './dom.js'
import { closed, session } from './session.js'

export const CLOSED = 'this passage is already compared with gold and cannot be changed'
export const change = (changes, what, passage = session.passage) => closed(passage) ? (tell(CLOSED), false) : session.store.edit(passage.n, changes, what)
export const plain = ({ a, b, ...span }) => span
export const relationItem = relation => `relation:${relation.head_id} ${relation.label} ${relation.child_id}`
export const set = (span, values, passage) => change([[`span:${span.id}`, { ...plain(span), ...values }]], `change ${span.label}`, passage)
