// What the window works on: passages, the current one, the selected span, the layer, and what the next key does.
import { isName, layerOf, scheme } from './scheme.js'

export const session = {
  store: null, date: null, passages: [], layers: [], passage: null, layer: '', pick: null,
  mode: null,           // null | attribute | role | child | head | edge | conflict | comment
  about: '',            // the item of the comment that is written
  step: null,           // the attribute that is asked
  link: null,           // { head?, child?, role? } while relations are made
  choices: [],          // the spans among which a letter chooses
  rest: null,           // what goes on once no question is open
  found: null,          // the text of the guidelines that was found by typing
  render: () => {}
}

export const current = () => session.passage?.byId.get(session.pick) ?? null
// The suggestion that is selected, or null; the selected span is another thing.
export const ghost = () => session.passage?.ghosts?.find(span => span.id === session.pick) ?? null
export const suggestedOf = passage => session.store.progress.suggested?.[passage.n] ?? []
export const allSpans = () => session.passages.flatMap(passage => passage.spans)
export const faultsOf = passage => session.store.progress.faults[passage.n]
// In practice: the passage beside gold, once the server has all its layers; from the moment it is sent nothing of it changes.
export const comparedOf = passage => session.store.progress.compared?.[passage.n] ?? null
export const closed = passage => !!comparedOf(passage) ||
  (!!session.store.progress.compared && session.store.queue.length > 0 && scheme.layers.every(layer => passage.done.has(layer.layer)))
export const helpers = () => new Set(scheme.layers.filter(layer => layer.helper).map(layer => layer.layer))

// The words that bear a label in this document or a name in the entity table.
export function known () {
  const named = scheme.layers.filter(layer => layer.attributes.some(attribute => isName(attribute) && attribute.required.length))
  const layers = new Set(named.map(layer => layer.layer))
  return new Set([...table(), ...allSpans().filter(span => layers.has(span.layer)).map(span => span.text)])
}

let names = null
const table = () => (names ??= scheme.entities.flatMap(entity => [...entity.names, entity.id.replaceAll('-', ' ')]))

// Whether a span is drawn: all are, but in a pass of one layer only those of it and of the layers that its relations need.
export function shown (span) { return session.layers.length === scheme.layers.length || session.visible.has(span.layer) }

export function choose (name) {
  const only = name && layerOf(name)
  const helping = scheme.layers.filter(layer => layer.helper && only?.needs.includes(layer.layer))
  session.layers = only ? [only, ...helping] : scheme.layers
  session.visible = new Set(only ? [name, ...only.needs] : scheme.layers.map(layer => layer.layer))
  session.layer = session.layers[0].layer
}

export function leave () { Object.assign(session, { mode: null, step: null, link: null, choices: [], rest: null }) }

// From a button or a field back to the text.
export function back () {
  session.passage.node.focus({ preventScroll: true })
  session.render()
}
