// Keys, while the text has the focus. What a key does is in keys.json; here is what runs.
import * as actions from './actions.js'
import { line, place, step } from './caret.js'
import { allowed, commands } from './commands.js'
import { digit, letter } from './dom.js'
import { moveEdge } from './edges.js'
import { current, ghost, leave, session } from './session.js'
import { HINTS } from './look.js'
import { layerOf, scheme, valuesOf } from './scheme.js'
import { settle } from './conflict.js'
import { labelHere, ON_SUGGESTION } from './suggestion.js'

const MAC = /Mac|iPhone|iPad/.test(navigator.platform)
const backwards = event => ['ArrowLeft', 'ArrowUp', 'Home'].includes(event.key)
const direction = event => backwards(event) ? -1 : 1

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

const moves = {
  character: by('character'), word: by('word'), sentence: by('sentence'), passage: by('passage'), line: lines('line'), edge: lines('lineboundary'),
  all: walk(() => place(session.passage, 0, session.passage.text.length)),
  layer: event => { const layer = session.layers[digit(event) - 1]; if (!layer) return false; leave(); session.layer = layer.layer }
}
const runs = { ...moves, ...commands }

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
    const found = actions.rolesNow().find(role => actions.letterOf(role) === plain(event))
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

const edge = event => moveEdge(event.shiftKey ? 'start' : 'end', direction(event), MAC ? event.metaKey : event.ctrlKey)

// Whether the key was ours.
export function press (event) {
  if (session.mode && modes[session.mode]?.(event)) return true
  const name = combination(event)
  if (!session.mode && ghost() && ON_SUGGESTION[name]) return done(() => ON_SUGGESTION[name](ghost()))
  const row = scheme.keys.find(row => row.keys.includes(name))
  if (row) return !allowed(row.action) || runs[row.action](event) !== false
  const found = plain(event) && layerOf(session.layer).labels.find(label => layerOf(session.layer).letters[label.name] === plain(event))
  if (!found) return false
  leave()
  labelHere(found.name)
  return true
}

// Each key of the list has something that runs, and the other way round.
export function checkKeys () {
  const listed = new Set(scheme.keys.map(row => row.action).filter(action => action !== 'none'))
  const odd = [...Object.keys(runs).filter(action => !listed.has(action)), ...[...listed].filter(action => !runs[action])]
  if (odd.length) throw new Error('keys.json and keys.js differ: ' + odd)
}
