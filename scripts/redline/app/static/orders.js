// The keys of the adjudicator, while the text has the focus. What a key does is in adjudicate.json; here is what runs.
import { combination, press } from './keys.js'
import { help as list } from './help.js'
import { settle } from './choices.js'
import { tell } from './dom.js'
import { leave, session } from './session.js'
import { scheme } from './scheme.js'
import * as deciding from './deciding.js'
import { atHand, reasonKeys, table } from './table.js'

// While a reading is written these keys of the annotator's page work; all others would reach beyond it.
const WRITING = new Set(['character', 'word', 'line', 'edge', 'sentence', 'passage', 'grow', 'shrink', 'attributes', 'edges', 'remove', 'undo', 'redo', 'help'])

const commands = {
  take: event => deciding.takeRater(+event.code.at(-1) - 1),
  edit: () => deciding.edit(),
  write: () => deciding.edit(true),
  neither: () => deciding.takeNeither(),
  reason: event => deciding.because(scheme.reasons.find(reason => reasonKeys()[reason] === combination(event))),
  note: () => { table.noting = true },
  next: () => deciding.move(1),
  back: () => deciding.move(-1),
  undo: () => deciding.undo(),
  open: () => deciding.reopen(),
  gold: () => { deciding.gold() },
  escape: () => { Object.assign(table, { take: undefined }); leave() },
  help: () => help()
}

// The list of keys, those that work in a reading last.
export function help () {
  const within = scheme.keys.filter(row => WRITING.has(row.action))
  list(null, [...scheme.own, ...within.map(row => ({ ...row, does: `in a reading: ${row.does}` }))])
}

// Whether the key was ours.
export function pressed (event) {
  const name = combination(event)
  if (table.sender.conflict) return ['Digit1', 'Digit2'].includes(name) && settle(name === 'Digit2') !== false
  if (table.reading) return written(event, name)
  const row = scheme.own.find(row => row.keys.includes(name))
  if (row && (atHand() || ['gold', 'help'].includes(row.action))) return commands[row.action](event) !== false
  return /^(Word\+|Ctrl\+|Alt\+|Shift\+)*(Arrow|Home|End)/.test(name) && press(event)
}

function written (event, name) {
  if (session.mode) return press(event)
  if (name === 'Escape') return deciding.stop() !== false
  if (name === 'Ctrl+Enter') return deciding.accept() !== false
  const row = scheme.keys.find(row => row.keys.includes(name))
  if (row && !WRITING.has(row.action)) return tell('not while a reading is written: Ctrl Enter takes it, Esc leaves it') !== false
  return press(event)
}
