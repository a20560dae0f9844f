// Layers and passages that are done: what is open is asked first, and what the rules find is mended first.
import { asksFirst } from './ask.js'
import { go, neighbour } from './caret.js'
import { change } from './change.js'
import { say, tell } from './dom.js'
import { layerOf, scheme } from './scheme.js'
import { pick } from './select.js'
import { comparedOf, faultsOf, session, suggestedOf } from './session.js'

export function layerDone (names = [session.layer], passage = session.passage, off = true, rest = () => layerDone(names, passage, off)) {
  const again = off && names.every(name => passage.done.has(name))
  if (!again && (asksFirst(passage, names, rest) || later(rest))) return false
  const errors = errorsOf(passage).filter(fault => names.includes(passage.byId.get(fault.span)?.layer))
  if (again) return change(names.map(name => [`layer:${name}`, null]), 'layer open again', passage)
  if (errors.length) {
    pick(passage.byId.get(errors[0].span), passage)
    tell(`${errors.length} to correct first: ${errors[0].message}`)
    return false
  }
  if (session.store.conflicts.length) {
    session.mode = 'conflict'
    tell('decide the conflicts first')
    return false
  }
  const open = names.filter(name => !passage.done.has(name))
  const titles = names.map(name => layerOf(name).title).join(', ')
  if (open.length && !change(open.map(name => [`layer:${name}`, scheme.version]), `${titles} done`, passage)) return false
  const missing = scheme.layers.filter(layer => !passage.done.has(layer.layer) && names.some(name => layerOf(name).needs.includes(layer.layer)))
  if (missing.length) tell(`${titles} done; it counts once ${missing.map(layer => layer.title).join(' and ')} are done too`)
  else if (session.store.waits) tell(`${titles} done; it counts once the server has checked it`)
  else say(`${titles} done`)
  return true
}

// What the rules find is known once all is saved; what was asked for before goes first.
function later (act) {
  const waits = session.store.queue.length > 0 && session.store.status === 'saving'
  const before = session.then
  if (waits) session.then = () => { before?.(); act() }
  return waits
}

// Whether a layer of this pass is not done in a passage.
export const lacks = passage => session.layers.some(layer => !passage.done.has(layer.layer))

export const errorsOf = passage => faultsOf(passage).filter(fault => fault.severity === 'error' && passage.byId.has(fault.span))

export function passageDone (passage = session.passage) {
  if (comparedOf(passage)) {
    const open = session.passages.find(passage => !comparedOf(passage))
    return open ? go(open, 0) : tell('all passages are compared')
  }
  const names = session.layers.map(layer => layer.layer)
  const first = scheme.suggest === 'after' && names.some(name => !passage.done.has(name))
  if (!layerDone(names, passage, false, () => passageDone(passage))) return
  if (session.store.progress.compared) return
  if (first) session.then = () => suggestions(passage)
  else onwards(passage)
}

// After the rater's first pass: what a model suggests in this passage comes before the next passage.
function suggestions (passage) {
  if (passage.open(suggestedOf(passage), session.store.state[passage.n]).length) tell('a model suggests more here, drawn dashed: j visits it, Ctrl Enter goes on')
  else onwards(passage)
}

// A rater who is already in another passage stays there.
function onwards (passage) {
  if (session.passage !== passage) return
  const other = neighbour(1) ?? session.passages.find(lacks)
  if (other) go(other, 0)
  else tell('this was the last passage')
}
