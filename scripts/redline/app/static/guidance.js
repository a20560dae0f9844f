// The guidelines of what is at hand: the label, or the question that is open and each of its answers.
import { el, keycap, words } from './dom.js'
import { labelOf, layerOf, scheme, valuesOf } from './scheme.js'
import { section } from './section.js'
import { session } from './session.js'

// While a question is open, what it asks and what each answer means; else the label.
export function guidance (span) {
  if (session.mode === 'attribute' && span) return answers(span, session.step)
  const label = (span && labelOf(span)) ?? layerOf(session.layer).labels[0]
  const layer = layerOf(label.layer)
  const part = section(`Guidelines ${scheme.version} · ${label.title.toLowerCase()}`, 'guide')
  part.append(el('p', '', label.definition))
  for (const each of label.examples.slice(0, 2)) part.append(example('yes', each))
  for (const each of label.counterexamples.slice(0, 2)) part.append(example('no', each))
  part.append(...[[layer.questions, `The ${layer.questions.length} questions`], [layer.rulings, `${layer.rulings.length} rulings`]].filter(([list]) => list.length).map(([list, title]) => folded(title, list)))
  return part
}

function answers (span, step) {
  const part = section(`Guidelines ${scheme.version} · ${words(step.name)}`, 'guide')
  const list = el('dl', 'answers')
  for (const { key, title, definition } of step.values?.length ? valuesOf(step) : []) {
    const name = el('dt')
    name.append(keycap(key), ' ' + words(title))
    list.append(name, el('dd', '', definition))
  }
  part.append(el('p', '', step.definition), list)
  return part
}

function example (kind, { text, why }) {
  const node = el('div', 'ex ' + kind)
  node.append(el('span', 'sr', kind === 'yes' ? 'right: ' : 'wrong: '))
  text.split(/[[\]]/).forEach((piece, i) => node.append(i % 2 ? el('mark', '', piece) : piece))
  node.append(' ', el('i', '', why))
  return node
}

function folded (title, list) {
  const node = el('details')
  const items = el('ol')
  items.append(...list.map(text => el('li', '', text)))
  node.append(el('summary', '', title), items)
  return node
}
