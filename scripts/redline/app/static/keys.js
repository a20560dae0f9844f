// Keys, while the text has the focus. What a key does is in keys.json; here is what runs.
import * as actions from './actions.js'
import { caret, grow, line, place, step } from './caret.js'
import { tell } from './dom.js'
import { closed, current, leave, session } from './session.js'
import { HINTS } from './look.js'
import { layerOf, letters, scheme, valuesOf } from './scheme.js'
import { settle } from './dock.js'
import { help } from './help.js'

const MAC = /Mac|iPhone|iPad/.test(navigator.platform)
const backwards = event => ['ArrowLeft', 'ArrowUp', 'Home'].includes(event.key)
const direction = event => backwards(event) ? -1 : 1

// Letters by what is printed on them, on other alphabets by where they are; digits by where they are.
export const letter = event => /^[a-z]$/i.test(event.key) ? event.key.toLowerCase()
  : /^Key[A-Z]$/.test(event.code) && !/^[\x00-\x7f]$/.test(event.key) ? event.code[3].toLowerCase() : ''
const digit = event => /^(Digit|Numpad)\d$/.test(event.code) && !event.shiftKey ? +event.code.at(-1) : null

export function combination (event) {
  const arrow = /^(Arrow|Home|End)/.test(event.key)
  const sideways = /^Arrow(Left|Right)$/.test(event.key)
  const word = sideways && (MAC ? event.altKey : event.ctrlKey)
  const control = !word && (MAC ? event.metaKey : event.ctrlKey)
  const name = event.key === ' ' ? 'Space' : digit(event) !== null && !control ? 'Digit' + digit(event) : arrow || !letter(event) ? event.key : letter(event)
  const shift = event.shiftKey && name !== '?'
  return [word && 'Word', control && 'Ctrl', !word && event.altKey && 'Alt', shift && 'Shift', name].filter(Boolean).join('+')
}

const walk = act => event => {
  leave()
  if (!event.shiftKey) session.pick = null
  session.passage.grown = []
  act(event)
}
const by = unit => walk(event => step(unit, direction(event), event.shiftKey))
const lines = granularity => walk(event => line(granularity, direction(event), event.shiftKey))

const commands = {
  character: by('character'), word: by('word'), sentence: by('sentence'), passage: by('passage'), line: lines('line'), edge: lines('lineboundary'),
  grow: () => { session.pick = null; leave(); grow(1) },
  shrink: () => { session.pick = null; leave(); grow(-1) },
  next: () => actions.jump(1),
  back: () => actions.jump(-1),
  layer: event => { const layer = session.layers[digit(event) - 1]; if (!layer) return false; leave(); session.layer = layer.layer },
  cycle: event => actions.cycle(event.shiftKey ? -1 : 1),
  attributes: () => actions.attributes(),
  relate: () => actions.relate(),
  edges: () => { if (current()) session.mode = 'edge' },
  doubt: () => actions.doubt(),
  done: () => { actions.layerDone() },
  fix: () => { const fault = session.store.progress.faults[session.passage.n].find(fault => fault.span && (!session.pick || fault.span === session.pick)); if (fault) actions.repair(fault) },
  remove: () => actions.remove(),
  escape,
  undo: () => actions.history('undo'),
  redo: () => actions.history('redo'),
  finish: () => actions.passageDone(),
  help: () => help()
}

function escape () {
  if (session.mode === 'edge') { if (session.moved) actions.history('undo'); leave() } else if (session.mode === 'child') Object.assign(session, { mode: 'role', link: { head: session.link.head } })
  else if (session.mode === 'role') actions.ask(true)
  else if (session.mode) leave()
  else if (session.pick) session.pick = null
  else place(session.passage, caret(session.passage)[1])
}

// What a key means while a question is open; false where the question does not know it.
const modes = {
  attribute (event) {
    const { step } = session
    const [key, number] = [plain(event), digit(event)]
    if (step.type === 'id') {
      const { used, fresh } = actions.acts(step)
      const given = current().attributes[step.name] !== undefined
      const value = key === 'n' || (event.key === 'Enter' && !given) ? fresh : number === 0 ? null : used[number - 1]
      if (value === undefined) return false
      return done(() => actions.answer(step, value))
    }
    if (event.key === 'Enter' && step.default && current().attributes[step.name] === undefined) return done(() => actions.answer(step, step.default))
    const value = ['enum', 'boolean'].includes(step.type) && key && valuesOf(step).find(value => value.key === key)
    return value ? done(() => actions.answer(step, value.value)) : false
  },
  role (event) {
    const list = actions.rolesNow()
    const keys = letters(list.map(role => role.name))
    const found = list.find(role => keys[role.name] === plain(event))
    return found ? done(() => actions.role(found)) : false
  },
  child: choose,
  head: choose,
  edge (event) {
    if (event.key === 'Enter') return done(leave)
    if (!event.key.startsWith('Arrow')) return false
    return done(() => edge(event))
  },
  conflict (event) {
    const number = digit(event)
    return number === 1 || number === 2 ? done(() => settle(number === 2)) : false
  }
}

const done = act => { act(); return true }
const plain = event => event.ctrlKey || event.metaKey || event.altKey ? '' : letter(event)

function choose (event) {
  const span = session.choices[HINTS.indexOf(plain(event) || ' ')]
  return span ? done(() => actions.chosen(span)) : false
}

function edge (event) {
  const [span, passage] = [current(), session.passage]
  const characters = MAC ? event.metaKey : event.ctrlKey
  const stops = characters ? passage.characters : passage.words.map(word => word[event.shiftKey ? 0 : 1])
  const to = (unit, way) => (way > 0 ? stops.find(stop => stop > unit) : stops.findLast(stop => stop < unit)) ?? unit
  if (event.shiftKey) actions.bounds(span, to(span.a, direction(event)), span.b)
  else actions.bounds(span, span.a, to(span.b, direction(event)))
  session.moved = true
}

const READING = new Set(['character', 'word', 'sentence', 'passage', 'line', 'edge', 'grow', 'shrink', 'layer', 'cycle', 'escape', 'finish', 'help'])

// Whether the key was ours.
export function press (event) {
  session.moved = session.mode === 'edge' && session.moved
  if (session.mode && modes[session.mode]?.(event)) return true
  const name = combination(event)
  const row = scheme.keys.find(row => row.keys.includes(name))
  if (closed(session.passage) && row && !READING.has(row.action)) return done(() => tell('this passage is already compared with gold and cannot be changed'))
  if (row) return commands[row.action](event) !== false
  const found = plain(event) && layerOf(session.layer).labels.find(label => layerOf(session.layer).letters[label.name] === plain(event))
  if (!found) return false
  leave()
  actions.label(found.name)
  return true
}

// Each key of the list has something that runs, and the other way round.
export function checkKeys () {
  const listed = new Set(scheme.keys.map(row => row.action).filter(action => action !== 'none'))
  const odd = [...Object.keys(commands).filter(action => !listed.has(action)), ...[...listed].filter(action => !commands[action])]
  if (odd.length) throw new Error('keys.json and keys.js differ: ' + odd)
}
