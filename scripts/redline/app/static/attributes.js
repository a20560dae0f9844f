// The selected span in the right column: its words, and its attributes to see and to change.
import { answer, clear } from './ask.js'
import { button, el, keycap, words } from './dom.js'
import { asked, DOUBT, isText, labelOf, layerOf, needsOf, optional, valuesOf } from './scheme.js'
import { handle, section } from './section.js'
import { back, session } from './session.js'

export function spanPart (span) {
  const part = section(`${layerOf(span.layer).title} · ${span.start}–${span.end}`)
  const what = el('p', `what ink-${span.layer}`)
  what.append(el('b', '', span.label), ' ' + (labelOf(span)?.title ?? ''))
  part.append(what, el('p', 'quote', span.text), handle(summary(span)), ...asked(span).map(attribute => attributeRow(span, attribute)))
  return part
}

// The attributes of a span in one line.
function summary (span) {
  const tied = session.passage.relations.filter(r => [r.head_id, r.child_id].includes(span.id)).length
  const shown = ([name, value]) => value === true ? name : value === false ? 'not ' + name : value
  const parts = [...Object.entries(span.attributes).map(shown).filter(Boolean).map(words), tied ? `${tied} relation${tied > 1 ? 's' : ''}` : '']
  return parts.filter(Boolean).join(' · ') || 'no attributes'
}

function attributeRow (span, attribute) {
  const row = el('div', 'attr' + (needsOf(span).includes(attribute) ? ' need' : ''))
  const name = el('span', 'name', words(attribute.name))
  name.title = attribute.definition
  if (attribute.name === session.step?.name) row.classList.add('asked')
  const control = optional(span, attribute) ? tick : isText(attribute) || attribute.type === 'id' ? typed : values
  row.append(name, control(span, attribute))
  return row
}

function tick (span, attribute) {
  const on = span.attributes[attribute.name] === true
  const node = button('tick', '', () => { answer(attribute, !on); back() })
  if (attribute.name === DOUBT) node.append(keycap('q'), ' ')
  node.append(on ? 'yes' : 'no')
  node.setAttribute('aria-pressed', on)
  node.setAttribute('aria-label', words(attribute.name))
  return node
}

function typed (span, attribute) {
  const value = span.attributes[attribute.name]
  const shown = value === null ? 'cannot be resolved' : Array.isArray(value) ? value.join(', ') || 'nobody' : value || '–'
  const node = button('typed', shown, () => { Object.assign(session, { mode: 'attribute', step: attribute }); back() })
  node.setAttribute('aria-label', `${words(attribute.name)}: ${value?.length ? shown : 'empty'}; change`)
  return node
}

function values (span, attribute) {
  const group = el('div', 'vals')
  const all = valuesOf(attribute)
  const now = span.attributes[attribute.name]
  const few = all.length > 6 ? all.filter(each => each.value === now) : all
  group.setAttribute('role', few.length ? 'radiogroup' : 'group')
  group.setAttribute('aria-label', words(attribute.name))
  for (const each of few) {
    const node = button('', words(each.title), () => { each.value === now && !attribute.required.includes(span.label) ? clear(attribute) : answer(attribute, each.value); back() })
    node.setAttribute('role', 'radio')
    node.setAttribute('aria-checked', each.value === now)
    node.title = each.definition ?? ''
    group.append(node)
  }
  if (all.length <= 6) return group
  const more = el('div', 'vals')
  more.append(...few.length ? [group] : [], button('', few.length ? 'change' : 'choose', () => { Object.assign(session, { mode: 'attribute', step: attribute }); back() }))
  return more
}
