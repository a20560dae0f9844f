// The field for what is typed: a date, a key of an entity or a list of keys, with the keys that the words could be.
import { answer, attributes, clear } from './actions.js'
import { back, leave, session } from './session.js'
import { button, composing, el, words } from './dom.js'
import { actors, guess } from './actors.js'
import { isKey, scheme } from './scheme.js'
import { slug } from './guess.js'

const MOST = 6

class Field {
  constructor (span, attribute) {
    this.attribute = attribute
    this.given = attribute.name in span.attributes
    this.before = [(this.given ? span.attributes[attribute.name] : attribute.relation ? guess(span, attribute) : '') ?? ''].flat().join(', ')
    this.input = el('input')
    this.list = el('div', 'offers')
    this.el = el('div', 'field')
    this.el.append(this.input, this.list)
    this.describe()
    this.offer()
  }

  describe () {
    const name = words(this.attribute.name)
    Object.assign(this.input, { value: this.before, spellcheck: false, autocomplete: 'off' })
    for (const [key, value] of Object.entries({ role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'offers', 'aria-label': name })) this.input.setAttribute(key, value)
    this.list.id = 'offers'
    this.list.setAttribute('role', 'listbox')
    this.list.setAttribute('aria-label', `keys for ${name}`)
    this.input.oninput = () => this.offer()
    this.input.onkeydown = event => this.key(event)
  }

  get changed () { return this.input.value !== this.before }
  get keys () { return this.input.value.split(',').map(slug) }
  get started () { return this.changed ? this.keys.at(-1) : '' }

  offer () {
    const keys = !isKey(this.attribute) ? [] : this.started ? offered(this.started) : this.attribute.relation ? actors().filter(key => !this.keys.includes(key)) : []
    this.at = -1
    this.offers = keys.slice(0, MOST)
    this.list.replaceChildren(...this.offers.map((key, i) => {
      const node = button('chip', key, () => this.take(key))
      node.id = `offer-${i}`
      node.setAttribute('role', 'option')
      return node
    }))
    this.point()
  }

  point () {
    for (const [i, node] of [...this.list.children].entries()) node.setAttribute('aria-selected', i === this.at)
    if (this.at < 0) this.input.removeAttribute('aria-activedescendant')
    else this.input.setAttribute('aria-activedescendant', `offer-${this.at}`)
  }

  key (event) {
    event.stopPropagation()
    if (composing(event)) return
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (move) this.at = Math.max(-1, Math.min(this.offers.length - 1, this.at + move))
    if (move) this.point()
    else if (event.key === 'Enter') this.take(this.offers[this.at])
    else if (event.key === ',' && this.attribute.type === 'entities' && this.started) this.next()
    else if (event.key === 'Escape') { leave(); back() } else return
    event.preventDefault()
  }

  // A comma completes a key of the list, as Enter does, and another may follow.
  next () {
    this.input.value = [...this.keys.slice(0, -1), this.offers[Math.max(this.at, 0)] ?? this.started, ''].join(', ')
    this.offer()
  }

  // Takes an offer, or what is typed with the first offer for its last word. What was not changed stays: on to the next attribute.
  take (offer) {
    if (!offer && this.given && this.before && !this.changed) attributes()
    else if (!isKey(this.attribute)) answer(this.attribute, this.input.value.trim())
    else this.answer(this.changed || !offer ? this.keys : [''], offer ?? (this.started && this.offers[0]))
    back()
  }

  answer (keys, last) {
    const all = [...new Set([...keys.slice(0, -1), last || keys.at(-1)])].filter(Boolean)
    if (this.attribute.type === 'entities') answer(this.attribute, all)
    else if (all.length) answer(this.attribute, all.at(-1))
    else if (this.attribute.nullable) answer(this.attribute, null)
    else clear(this.attribute)
  }
}

export const field = (span, attribute) => new Field(span, attribute).el

// Keys of the document and the table whose words begin so, the shortest first.
function offered (start) {
  const names = new Set(scheme.layers.flatMap(layer => layer.attributes.filter(isKey).map(a => a.name)))
  const values = session.passages.flatMap(passage => passage.spans.flatMap(span => Object.entries(span.attributes)))
  const own = values.filter(([name]) => names.has(name)).flatMap(([, value]) => value)
  const keys = [...new Set([...own, ...scheme.entities.map(entity => entity.id)])].filter(Boolean)
  const rank = key => (key === start ? 0 : own.includes(key) ? 1 : 2)
  return keys.filter(key => ('-' + key).includes('-' + start)).sort((one, other) => rank(one) - rank(other) || one.length - other.length)
}
