// The question of an attribute: its answers as chips, each with its key, or a field to type into.
import { acts, answer } from './ask.js'
import { ask, chip, row } from './chips.js'
import { el, words } from './dom.js'
import { field } from './field.js'
import { keys } from './hints.js'
import { isKey, isText, valuesOf } from './scheme.js'
import { current, session } from './session.js'

export function question () {
  const span = current()
  const { step } = session
  const head = ask(words(step.name) + ': ', el('q', '', step.definition))
  if (isText(step)) return [head, row('', field(span, step)), keys([['Enter', 'accept'], ...isKey(step) ? [['↓', 'list of keys'], [',', 'add a key']].slice(0, step.type === 'entities' ? 2 : 1) : [], ['Esc', 'no change', 'escape']])]
  const answers = step.type === 'id' ? actAnswers(step) : valueAnswers(span, step)
  const group = row('scroll', ...answers)
  group.setAttribute('role', 'radiogroup')
  group.setAttribute('aria-label', words(step.name))
  const ringed = (step.type === 'id' || step.default) && !(step.name in span.attributes)
  return [head, group, keys([ringed ? ['Enter', 'accept the outlined answer'] : ['Enter', 'next attribute', 'attributes'], ['Delete', 'remove the span', 'remove'], ['Esc', 'answer later (stays a draft)', 'escape']])]
}

function radio (node, checked) {
  node.setAttribute('role', 'radio')
  node.setAttribute('aria-checked', checked)
  return node
}

function valueAnswers (span, step) {
  const now = span.attributes[step.name]
  return valuesOf(step).map(({ value, title, key, definition }) =>
    radio(chip(key, words(title), () => answer(step, value), { title: definition, ringed: now === undefined && value === step.default }), now === value))
}

function actAnswers (step) {
  const { used, fresh } = acts(step)
  const now = current().attributes[step.name]
  const known = used.map((act, i) => radio(chip(i < 9 ? String(i + 1) : '', act, () => answer(step, act)), now === act))
  return [radio(chip('n', `${fresh} (new)`, () => answer(step, fresh), { ringed: now === undefined }), false), ...known, radio(chip('0', 'cannot be resolved', () => answer(step, null)), now === null)]
}
