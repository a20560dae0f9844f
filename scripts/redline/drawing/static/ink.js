// Draws spans below the text, without a change to the text: read, write, read, write, each over all passages, so that the
// browser lays out twice and not twice a passage. Nodes are kept by key and moved.
import { el } from './element.js'
import { assign, LEADING, ROOM } from './lanes.js'

const pen = document.createElement('canvas').getContext('2d')
const widths = new Map()

function tagWidth (text) {
  pen.font = '700 9.5px system-ui, sans-serif'
  if (!widths.has(text)) widths.set(text, pen.measureText(text).width * 1.06 + 8)
  return widths.get(text)
}

// `look(passage)` gives { key, spans: [{ span, tag, on, keep, child, pick, bad, unsure, place }], faded }, as `looks` does.
export function draw (passages, look, force = false) {
  let running = passages.map(passage => steps(passage, look(passage), force))
  while (running.length) running = running.filter(step => !step.next().done)
}

function * steps (passage, looks, force) {
  const key = [passage.revision, passage.node.clientWidth, looks.key].join('|')
  if (key === passage.drawn && !force) return
  passage.drawn = key
  if (force) passage.width = 0
  passage.measure()
  const items = looks.spans.map(look => itemOf(passage, look))
  const stops = passage.sentences.slice(1).map(([a]) => [a, passage.rects(a, Math.min(a + 1, passage.text.length))[0]])
  const rows = assign(items, passage.lines.length, passage.width)
  yield
  const changed = strut(passage, rows)
  yield
  if (changed) passage.settle()
  yield
  passage.ink.classList.toggle('faded', looks.faded)
  passage.items = items
  paint(passage.ink, items.flatMap(item => [...lines(item, passage, rows), ...tags(item, passage, rows)]))
  paint(passage.under, [...items.flatMap(item => washes(item, passage)), ...stops.filter(([, box]) => box).map(([a, box]) => stop(a, box, passage))])
}

function itemOf (passage, look) {
  const { span } = look
  const marks = (look.bad ? ' !!' : '') + (look.unsure ? ' ?' : '')
  return { ...look, a: span.a, b: span.b, id: span.id, boxes: passage.rects(span.a, span.b), words: look.tag, tag: null, tagWidth: tagWidth(look.tag + marks) }
}

// A line that needs room gets it from its first word; whether one changed.
function strut (passage, rows) {
  const wanted = new Map()
  passage.lines.forEach((line, i) => {
    if (rows[i].height > ROOM) wanted.set(line.first.el, Math.max(wanted.get(line.first.el) ?? 0, LEADING + rows[i].height - ROOM))
  })
  let changed = passage.tall === undefined
  for (const node of passage.tall ?? []) {
    if (wanted.has(node)) continue
    changed = true
    node.classList.remove('tall')
    node.style.removeProperty('--h')
  }
  for (const [node, height] of wanted) {
    if (node.style.getPropertyValue('--h') === height + 'px') continue
    changed = true
    node.classList.add('tall')
    node.style.setProperty('--h', height + 'px')
  }
  passage.tall = [...wanted.keys()]
  return changed
}

const flags = (item, names) => names.filter(name => item[name]).map(name => ' ' + name).join('')

function lines (item, passage, rows) {
  const end = item.boxes.length - 1
  return item.boxes.map((box, i) => ({
    key: `u${item.id}/${i}`, tag: 'i', x: box.x0, y: passage.lines[box.line].bottom + rows[box.line].tops[item.lanes.get(box.line)],
    className: `u ${item.span.layer}${flags(item, ['keep', 'ghost'])}${i === 0 ? ' begin' : ''}${i === end ? ' end' : ''}`, width: box.x1 - box.x0, id: item.id
  }))
}

function tags (item, passage, rows) {
  if (!item.boxes.length) return []
  const { line, x } = item.tag
  const y = passage.lines[line].bottom + 4.5 + rows[line].tops[item.lanes.get(line)]
  return [{ key: 't' + item.id, tag: 'b', x, y, className: `tag ${item.span.layer}${flags(item, ['on', 'keep', 'child', 'pick', 'bad', 'unsure', 'ghost'])}`, id: item.id, label: item.words }]
}

function washes (item, passage) {
  if (!item.on && !item.child) return []
  return item.boxes.map((box, i) => {
    const line = passage.lines[box.line]
    return { key: `w${item.id}/${i}`, tag: 'i', x: box.x0 - 1, y: line.top - 1, className: `wash ${item.span.layer}`, width: box.x1 - box.x0 + 2, height: line.bottom - line.top + 2 }
  })
}

const stop = (a, box, passage) => ({ key: 's' + a, tag: 'i', x: box.x0 - 3, y: passage.lines[box.line].top + 3, className: 'stop', height: 18 })

function paint (host, marks) {
  const before = host.kept ?? new Map()
  host.kept = new Map()
  for (const mark of marks) {
    let kept = before.get(mark.key)
    if (kept) before.delete(mark.key)
    else { kept = { node: el(mark.tag), mark: {} }; host.append(kept.node) }
    refresh(kept.node, mark, kept.mark)
    host.kept.set(mark.key, { node: kept.node, mark })
  }
  for (const { node } of before.values()) node.remove()
}

function refresh (node, mark, was) {
  if (mark.className !== was.className) node.className = mark.className
  if (mark.x !== was.x || mark.y !== was.y) node.style.transform = `translate(${mark.x}px,${mark.y}px)`
  if (mark.width !== was.width) node.style.width = mark.width + 'px'
  if (mark.height !== was.height) node.style.height = mark.height + 'px'
  if (mark.id !== was.id) node.dataset.id = mark.id
  if (mark.label !== was.label) node.dataset.l = mark.label
}
