// The dock while a suggestion of a model is selected: to take it, with another label or other edges, or to dismiss it.
import { ask, chip, row } from './chips.js'
import { el, quote } from './dom.js'
import { keys } from './hints.js'
import { layerOf } from './scheme.js'
import { ghost } from './session.js'
import { accept, acceptAndMove, dismiss } from './suggestion.js'

export function offer () {
  const span = ghost()
  const { labels, letters } = layerOf(span.layer)
  const others = labels.filter(each => each.name !== span.label)
  const more = others.map(each => chip(letters[each.name], each.name, () => accept(span, each.name), { title: each.definition }))
  return [
    ask(`A model suggests ${span.label}: `, el('q', '', quote(span.text))),
    row('scroll', chip('Enter', 'take it', () => accept(span)), chip('Delete', 'dismiss it', () => dismiss(span)), ...more),
    keys([['j', 'next place', 'next'], ['k', 'last', 'back'], ['b', 'take it and move its edges', () => acceptAndMove(span)], ['Tab', 'spans here', 'cycle'], ['Esc', 'deselect', 'escape']])
  ]
}
