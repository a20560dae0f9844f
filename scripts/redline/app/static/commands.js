// What keys and the buttons of the dock do, by the names of keys.json: everything that needs no more than its name.
import * as actions from './actions.js'
import { caret, grow, place } from './caret.js'
import { tell } from './dom.js'
import { asItWas, moving } from './edges.js'
import { drop } from './field.js'
import { comment } from './comment.js'
import { close } from './found.js'
import { help } from './help.js'
import { palette } from './palette.js'
import { closed, current, ghost, leave, session } from './session.js'
import { labelHere } from './suggestion.js'

export const commands = {
  grow: () => stretch(1),
  shrink: () => stretch(-1),
  next: () => actions.jump(1),
  back: () => actions.jump(-1),
  cycle: event => actions.cycle(event?.shiftKey ? -1 : 1),
  attributes: () => actions.attributes(),
  relate: () => actions.relate(),
  edges: moving,
  doubt: () => actions.doubt(),
  comment: () => comment(),
  done: () => { actions.layerDone() },
  fix,
  remove: () => actions.remove(),
  escape,
  undo: () => actions.history('undo'),
  redo: () => actions.history('redo'),
  finish: () => actions.passageDone(),
  find: () => palette(take, Object.keys(commands)),
  help: () => help()
}

const READING = new Set(['character', 'word', 'sentence', 'passage', 'line', 'edge', 'all', 'grow', 'shrink', 'layer', 'cycle', 'escape', 'finish', 'find', 'help'])

// Whether a command may run now; a passage that is compared with gold can only be read.
export function allowed (action) {
  const may = READING.has(action) || !closed(session.passage)
  if (!may) tell('this passage is already compared with gold and cannot be changed')
  return may
}

// A button's command.
export function run (action) {
  if (!allowed(action)) return
  if (commands[action]() === false) tell('no further span here')
}

// What was found by its name: an action as its key, a label as its layer's digit and its letter.
function take ({ layer, label, action }) {
  if (action) return run(action)
  if (!allowed('label')) return
  leave()
  session.layer = layer
  labelHere(label)
}

function stretch (way) {
  session.pick = null
  leave()
  grow(way)
}

function fix () {
  const fault = session.store.progress.faults[session.passage.n].find(fault => fault.span && (!session.pick || fault.span === session.pick))
  if (fault) actions.repair(fault)
}

function escape () {
  drop()
  if (session.mode === 'edge') asItWas()
  else if (session.mode === 'child') Object.assign(session, { mode: 'role', link: { head: session.link.head } })
  else if (session.mode === 'role') actions.ask(true)
  else if (session.mode) leave()
  else if (session.found) close()
  else if (current() ?? ghost()) session.pick = null
  else place(session.passage, caret(session.passage)[1])
}
