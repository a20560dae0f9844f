// Where a comment is written and shown: the field in the dock, and the list in the right column.
import { ask, row } from './chips.js'
import { comment, commentOf, write } from './comment.js'
import { $, button, composing, el, keycap, quote } from './dom.js'
import { keys } from './hints.js'
import { scheme } from './scheme.js'
import { section } from './section.js'
import { pick } from './select.js'
import { back, leave, session } from './session.js'

// The question for a comment, with its field. Enter and who goes elsewhere save, Escape does not.
export function writing () {
  const { passage, about } = session
  const span = passage.byId.get(about.slice('comment:'.length))
  const input = el('input')
  const { save, undo } = kept(passage, about, input)
  input.onkeydown = event => {
    event.stopPropagation()
    if (composing(event) || !['Enter', 'Escape'].includes(event.key)) return
    event.preventDefault()
    close(event.key === 'Enter' ? save : undo)
  }
  const line = el('div', 'line')
  line.append(input, button('chip', 'save', () => close(save)))
  const field = el('div', 'field')
  field.append(line)
  return [ask(span ? 'Comment on ' : 'Comment on this passage', ...span ? [el('q', '', `“${quote(span.text)}”`)] : []), row('', field), keys([['Enter', 'save'], ['Esc', 'no change', () => close(undo)]])]
}

function close (act) {
  act()
  leave()
  back()
}

// The text of a field and the comment that is saved.
function kept (passage, item, input) {
  let before = commentOf(passage, item)
  const save = () => {
    write(passage, item, input.value, before)
    input.value = before = commentOf(passage, item)
  }
  Object.assign(input, { value: before, maxLength: scheme.longest, autocomplete: 'off', dir: 'auto', onchange: save })
  input.setAttribute('aria-label', 'comment')
  return { save, undo: () => { input.value = before } }
}

// The comments of the passage, or null where it has none.
export function comments () {
  const { passage } = session
  if (!passage.comments.length) return null
  const part = section('Comments')
  $('h2', part).append(' ', keycap('v'))
  part.append(...passage.comments.map(({ id, text }) => written(about(passage, id), text, () => again(passage, id))))
  return part
}

const about = (passage, id) => id === '' ? 'passage' : passage.byId.has(id) ? `“${quote(passage.byId.get(id).text)}”` : 'a deleted span'

// A press on what a comment is on selects it and opens the field.
function again (passage, id) {
  const span = passage.byId.get(id)
  if (span) pick(span)
  comment(span ?? (id && { id }))
  back()
}

// One comment: what it is on, and its words.
function written (name, text, act) {
  const node = el('div', 'comment')
  const words = el('p', '', text)
  const subject = button('', name, act)
  words.dir = 'auto'
  subject.tabIndex = 0
  subject.setAttribute('aria-label', `change the comment on ${name}`)
  node.append(subject, words)
  return node
}
