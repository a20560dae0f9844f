// What is drawn of a passage: agreed spans once and faded, differing ones by rater with the rater's number, and what was decided.
import { looks as looking } from './spans.js'
import { session } from './session.js'
import { scheme } from './scheme.js'
import { atHand, decisionOf, differences, table } from './table.js'
import { OWN } from './reading.js'

const ids = new Map()     // passage -> mention -> the ids of its spans that are drawn
const marks = new Map()   // passage -> id -> the numbers of its raters

// Gives the passage its spans: of each mention the readings while something of it is open or at hand, else what gold has.
export function show (passage) {
  const mine = new Map(), marked = new Map(), spans = []
  for (const mention of table.state.mentions[passage.n]) {
    const drawn = differs(passage.n, mention.key) ? stacks(mention) : mention.gold ? [[`gold ${mention.gold.id} ${mention.key}`, mention.gold, '']] : []
    mine.set(mention.key, drawn.map(([id]) => id))
    for (const [id, span, mark] of written(passage.n, mention) ? [] : drawn) {
      spans.push({ ...span, id })
      if (mark) marked.set(id, mark)
    }
  }
  const { reading } = table
  if (reading?.span && reading.difference.passage === passage.n) {
    spans.push(reading.span)
    marked.set(reading.span.id, '✎')
  }
  ids.set(passage.n, mine)
  marks.set(passage.n, marked)
  const ends = (head, child) => (mine.get(head) ?? []).flatMap(head_id => (mine.get(child) ?? []).map(child_id => ({ head_id, child_id })))
  passage.show(spans, table.state.relations[passage.n].flatMap(({ head, label, child }) => ends(head, child).map(pair => ({ ...pair, label }))))
}

const written = (n, mention) => table.reading?.difference.passage === n && table.reading.difference.mentions[0] === mention.key

const differs = (n, key) => differences().some(difference =>
  difference.passage === n && difference.mentions.includes(key) && (difference === atHand() || !decisionOf(difference)))

// Readings of the same place and label are drawn once, with the numbers of all their raters.
function stacks (mention) {
  const stacks = new Map()
  for (const [rater, span] of Object.entries(mention.readings)) {
    const place = [span.start, span.end, span.label].join()
    stacks.set(place, [...stacks.get(place) ?? [], [table.raters.indexOf(rater) + 1, span]])
  }
  return [...stacks.values()].map(stack => [`${stack[0][0]} ${stack[0][1].id}`, stack[0][1], stack.map(([number]) => number).join(' ')])
}

// The ids of the spans that a difference is about, those of its first mention first.
const spansAt = difference => difference ? difference.mentions.flatMap(key => ids.get(difference.passage)?.get(key) ?? []) : []

export function looks (passage) {
  const layers = scheme.layers.map(layer => layer.layer)
  const on = table.reading ? [OWN] : atHand()?.passage === passage.n ? spansAt(atHand()) : []
  const look = looking(passage, { layers, picked: on[0] ?? null, marks: marks.get(passage.n) })
  for (const item of look.spans) if (on.includes(item.span.id)) Object.assign(item, { on: !item.child, keep: true })
  return { ...look, key: [look.key, ...on].join(), faded: differences().some(difference => difference === atHand() || !decisionOf(difference)) }
}

// The difference that a span on the screen belongs to, and the rater whose reading it is.
export function differenceOf (passage, id) {
  const key = [...ids.get(passage.n) ?? []].find(([, drawn]) => drawn.includes(id))?.[0]
  const own = differences().filter(difference => difference.passage === passage.n && difference.mentions.includes(key))
  return { difference: own.find(difference => difference === atHand()) ?? own.find(difference => !decisionOf(difference)) ?? own[0], rater: table.raters[parseInt(id) - 1] }
}
