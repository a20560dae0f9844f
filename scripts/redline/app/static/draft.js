// A passage that is annotated: a textbox with a caret, the moves of which go by words, sentences and characters.
import { el } from './dom.js'
import { Passage } from './passage.js'

export const ofGold = span => 'gold-' + span.id

export class Draft extends Passage {
  constructor (data, n) {
    super(data, n)
    this.ghosts = this.suggested = this.comments = []
    this.words = data.words.map(bounds => this.units(bounds))
    this.cues = data.cues.map(bounds => this.units(bounds))
    this.characters = data.characters.map(this.map.unit)
    for (const [name, kind] of [['low', 'under'], ['over', 'ink']]) {
      this[name] = el('div', kind)
      this[name].setAttribute('aria-hidden', 'true')
    }
    this.under.after(this.low)
    this.ink.after(this.over)
    const attributes = { role: 'textbox', 'aria-readonly': 'true', 'aria-multiline': 'true', 'aria-label': `Passage ${n}`, tabindex: '-1', spellcheck: 'false' }
    for (const [name, value] of Object.entries(attributes)) this.node.setAttribute(name, value)
    this.date = data.date
    if (data.title) this.page.before(el('p', 'source', [data.title, data.date].filter(Boolean).join(', ')))
  }

  // The items of the passage: its spans and relations, and which layers the rater called done. In practice also what gold alone has.
  // `suggested` are the spans that a model suggests: neither taken nor dismissed, they are drawn and no part of `spans`.
  take (items, beside = null, suggested = []) {
    const values = kind => Object.entries(items).filter(([item]) => item.startsWith(kind)).map(([, value]) => value)
    this.beside = beside
    this.show([...values('span:'), ...(beside?.missed ?? []).map(span => ({ ...span, id: ofGold(span) }))], values('relation:'))
    this.suggested = suggested
    this.ghosts = this.open(suggested, items).map(span => ({ ...span, a: this.map.unit(span.start), b: this.map.unit(span.end) }))
    this.comments = Object.entries(items).filter(([item]) => item.startsWith('comment:')).map(([item, text]) => ({ id: item.slice(8), text }))
    this.el.classList.toggle('noted', this.comments.length > 0)
    this.done = new Set(Object.keys(items).filter(item => item.startsWith('layer:')).map(item => item.slice(6)))
  }

  // The suggestions that were neither taken nor dismissed, where no span of their layer has the same place.
  open (suggested, items) {
    return suggested.filter(({ item, layer, start, end }) => !(item in items) && !this.spans.some(span => span.layer === layer && span.start === start && span.end === end))
  }
}
