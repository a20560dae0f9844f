// A reading that the adjudicator writes: one span in a passage, changed by the keys and the mouse of the annotator's page, which
// take this for their store.
import { ABSENT, attributeOf, sameTake, spansOf, mentionOf } from './table.js'
import { attributesOf } from './scheme.js'

export const OWN = 'reading'
const store = passages => ({ conflicts: [], queue: [], made: [], undone: [], status: 'saved', progress: { faults: passages.map(() => []), done: [] } })

// The store while no reading is written: nothing can be edited.
export const idle = passages => ({ ...store(passages), edit: () => false })

export class Reading {
  constructor (difference, span, passages, changed) {
    Object.assign(this, store(passages), { difference, base: span, span: span && { ...span, id: OWN }, changed })
    this.attribute = difference.kind === 'attribute' ? attributeOf(difference) : null
    this.answered = false
  }

  edit (passage, changes, what) {
    const [item, value] = changes.findLast(([item]) => item.startsWith('span:'))
    if (!value && item !== `span:${this.span?.id}`) return false
    this.made.push({ passage, what, span: this.span })
    this.undone = []
    this.put(value)
    return true
  }

  put (span) {
    this.span = span
    this.answered = true
    this.changed()
  }

  turn (from, to) {
    const last = this[from].pop()
    if (!last) return null
    this[to].push({ ...last, span: this.span })
    this.put(last.span)
    return last
  }

  undo () { return this.turn('made', 'undone') }
  redo () { return this.turn('undone', 'made') }

  // What a decision takes: a rater where the reading is the rater's, else the reading itself.
  take () {
    const { difference, span } = this
    const same = Object.keys(difference.readings).find(rater => sameTake(difference.readings[rater], this.value()))
    if (this.attribute) return same ?? { value: this.value() }
    const attributes = this.changes()
    if (same && !Object.keys(attributes).length) return same
    return { start: span.start, end: span.end, label: span.label, quote: span.text, ...Object.keys(attributes).length ? { attributes } : {} }
  }

  value () {
    const { span, attribute } = this
    if (attribute) return attribute.name in span.attributes ? span.attributes[attribute.name] : ABSENT
    return { label: span.label, quote: span.text, start: span.start }
  }

  // The attributes that differ from the reading that was edited; of a new one all, and without those that its label has not.
  changes () {
    const now = this.span.attributes
    const before = this.base?.attributes ?? {}
    const allowed = new Set(attributesOf(this.span).map(attribute => attribute.name))
    const known = new Set(spansOf(mentionOf(this.difference)).flatMap(span => Object.keys(span.attributes)))
    const gone = [...known].filter(name => !allowed.has(name) || (name in before && !(name in now)))
    return { ...Object.fromEntries(gone.map(name => [name, ABSENT])), ...Object.fromEntries(Object.entries(now).filter(([name, value]) => !sameTake(value, before[name]))) }
  }
}
