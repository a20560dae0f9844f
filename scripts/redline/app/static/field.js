// The field for what is typed: a date, a key of an entity or a list of keys, with the keys that the words could be.
import { answer, attributes, clear, give } from './actions.js'
import { back, leave, session } from './session.js'
import { button, composing, el, tell, words } from './dom.js'
import { actors, guess } from './actors.js'
import { isKey, scheme } from './scheme.js'
import { slug } from './guess.js'

const MOST = 6
let open = null // the field that is being typed into

// What was typed is not wanted.
export function drop () { open = null }

class Field {
  constructor (span, attribute) {
    open = this
    Object.assign(this, { attribute, passage: session.passage, id: span.id })
    this.given = attribute.name in span.attributes
    this.before = [(this.given ? span.attributes[attribute.name] : attribute.relation ? guess(span, attribute) : '') ?? ''].flat().join(', ')
    this.input = el('input')
    this.list = el('div', 'offers')
    this.el = el('div', 'field')
    const line = el('div', 'line')
    line.append(this.input, button('chip', 'take it', () => this.take(this.offers[this.at])))
    this.el.append(line, this.list)
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
    this.input.onchange = () => this.left()
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
    else if (event.key === 'Enter' || (event.key === 'Tab' && this.changed)) this.take(this.offers[this.at])
    else if (event.key === ',' && this.attribute.type === 'entities' && this.started) this.next()
    else if (event.key === 'Escape') { drop(); leave(); back() } else return
    event.preventDefault()
  }

  // A comma completes a key of the list, as Enter does, and another may follow.
  next () {
    this.input.value = [...this.keys.slice(0, -1), this.offers[Math.max(this.at, 0)] ?? this.started, ''].join(', ')
    this.offer()
  }

  // Takes an offer, or what is typed with the first offer for its last word. What was not changed stays: on to the next attribute.
  take (offer) {
    drop()
    if (!offer && this.given && this.before && !this.changed) attributes()
    else this.answer(this.value(offer))
    back()
  }

  answer (value) {
    if (value === undefined) clear(this.attribute)
    else answer(this.attribute, value)
  }

  // Who goes elsewhere without Enter has not typed in vain.
  left () {
    if (open !== this) return
    drop()
    const span = this.passage.byId.get(this.id)
    if (!span) return
    const value = this.value()
    if (value === undefined || value === '' || !give(span, this.attribute, value, this.passage)) return
    tell(`${words(this.attribute.name)}: ${[value ?? []].flat().join(', ') || 'nobody'}`)
  }

  // The value of the field: a text, a key, a list of keys, null for nobody; undefined where it has none.
  value (offer) {
    if (!isKey(this.attribute)) return this.input.value.trim()
    const keys = this.changed || !offer ? this.keys : ['']
    const all = [...new Set([...keys.slice(0, -1), (offer ?? (this.started && this.offers[0])) || keys.at(-1)])].filter(Boolean)
    if (this.attribute.type === 'entities') return all
    return all.at(-1) ?? (this.attribute.nullable ? null : undefined)
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
