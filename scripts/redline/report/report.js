// The report: errors and documents are filtered, and a document that is opened is drawn with its spans.
const $ = query => document.querySelector(query)
const all = (query, node = document) => [...node.querySelectorAll(query)]
const { layers: order, documents } = JSON.parse($('#data').textContent)
const value = name => $('#' + name).value

// Errors: what fits the filters stays, with the sentence, task and document that it is in.
function filterErrors () {
  const [task, label, kind, group] = ['task', 'error-label', 'kind', 'group'].map(value)
  for (const part of all('.part')) {
    for (const error of all('li', part)) {
      const { kind: its, labels } = error.dataset
      const fits = (!task || part.dataset.task === task) && (!label || labels.split(' ').includes(label)) && (!kind || its === kind)
      error.hidden = !(fits && (!group || error.dataset.group === group))
    }
    part.hidden = !part.querySelector('li:not([hidden])')
  }
  for (const card of all('.cards > li')) card.hidden = !card.querySelector('.part:not([hidden])')
  let count = 0
  for (const folded of all('.errors')) {
    const shown = folded.querySelectorAll('.part li:not([hidden])').length
    folded.hidden = !shown
    folded.querySelector('summary span').textContent = `${shown} ${shown === 1 ? 'error' : 'errors'}`
    count += shown
  }
  $('#error-count').value = count
}

// Documents: those that fit the filters are listed, and of their spans those of the layer and label are drawn, with their roles.
const drawn = new Map()

function fits (span) { return (!value('layer') || span.layer === value('layer')) && (!value('label') || span.label === value('label')) }

function filterDocuments () {
  let count = 0
  for (const folded of all('.document')) {
    const { genre, split } = folded.dataset
    const some = (!value('layer') && !value('label')) || documents[folded.id].some(passage => passage.spans.some(fits))
    folded.hidden = !(some && (!value('genre') || genre === value('genre')) && (!value('split') || split === value('split')))
    count += !folded.hidden
  }
  $('#document-count').value = count
  for (const view of drawn.values()) view.filter()
}

// A document that is open: its passages in place of their plain text, each with the list of its spans.
class View {
  constructor (folded) {
    this.folded = folded
    this.picked = null
    this.parts = documents[folded.id].map(data => this.part(data))
    folded.addEventListener('click', event => {
      const mark = event.target.closest('.u, .tag')
      if (mark) this.pick(this.parts.find(part => part.passage.el.contains(mark)), mark.dataset.id)
    })
    this.filter()
  }

  part (data) {
    const place = document.getElementById(`${this.folded.id}.${data.n}`)
    const passage = new Passage({ text: place.querySelector('.plain').textContent, sentences: data.sentences }, data.n)
    const list = el('details', 'spans')
    const chosen = el('p', 'chosen')
    chosen.setAttribute('aria-live', 'polite')
    place.replaceChildren(passage.el, chosen, list)
    return { data, passage, list, chosen }
  }

  filter () {
    for (const part of this.parts) {
      const kept = new Set(part.data.spans.filter(fits).map(span => span.id))
      for (const { head_id: head, child_id: child } of part.data.relations) if (kept.has(head)) kept.add(child)
      part.passage.show(part.data.spans.filter(span => kept.has(span.id)), part.data.relations)
      this.fill(part)
    }
    this.draw()
  }

  // The spans of a passage in words, as buttons: what the drawing hides from a screen reader and from the keyboard.
  fill (part) {
    const { spans } = part.passage
    part.list.hidden = !spans.length
    const rows = spans.map(span => {
      const row = el('li')
      const button = el('button', '', `${span.label} `)
      button.type = 'button'
      button.dataset.id = span.id
      button.append(el('q', '', words(part, span)))
      button.onclick = () => this.pick(part, span.id)
      row.append(button)
      return row
    })
    const list = el('ul')
    list.append(...rows)
    part.list.replaceChildren(el('summary', '', `${spans.length} ${spans.length === 1 ? 'span' : 'spans'} of passage ${part.data.n}`), list)
  }

  pick (part, id) {
    const same = this.picked?.part === part && this.picked.id === id
    this.picked = same ? null : { part, id }
    for (const each of this.parts) each.chosen.textContent = each === part && !same ? described(part, id) : ''
    for (const button of all('.spans button', this.folded)) button.setAttribute('aria-pressed', 'false')
    if (!same) part.list.querySelector(`button[data-id="${CSS.escape(id)}"]`)?.setAttribute('aria-pressed', 'true')
    this.draw()
  }

  draw () {
    const passages = this.parts.map(part => part.passage)
    const picked = passage => this.picked?.part.passage === passage ? this.picked.id : null
    draw(passages, passage => looks(passage, { layers: order, picked: picked(passage) }))
  }
}

const words = (part, span) => [...part.passage.text].slice(span.start, span.end).join('')

function described (part, id) {
  const span = part.passage.byId.get(id)
  const related = part.data.relations.filter(relation => relation.head_id === id || relation.child_id === id).map(relation => {
    const other = part.passage.byId.get(relation.head_id === id ? relation.child_id : relation.head_id)
    return other && (relation.head_id === id ? `${relation.label}: “${words(part, other)}”` : `${relation.label} of “${words(part, other)}”`)
  })
  return [`${span.label} “${words(part, span)}”`, span.shown, ...related].filter(Boolean).join('; ')
}

function open (folded) {
  if (!folded.open) return
  if (!drawn.has(folded)) drawn.set(folded, new View(folded))
  else drawn.get(folded).draw()
}

// A link to a passage opens its document, whatever the filters are.
function follow () {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  const folded = place?.closest('.document')
  if (!folded) return
  if (folded.hidden) {
    $('#document-filters').reset()
    filterDocuments()
  }
  folded.open = true
  open(folded)
  place.scrollIntoView()
}

// An explanation is below its word, or above where there is no room; without a script it is in the corner of the window.
function place (event) {
  const term = event.target.closest?.('.term')
  if (!term) return
  const { left, top, bottom } = term.getBoundingClientRect()
  const about = term.nextElementSibling
  about.style.display = 'block'
  const { width, height } = about.getBoundingClientRect()
  about.style.display = ''
  about.style.left = Math.max(8, Math.min(left, innerWidth - width - 8)) + 'px'
  about.style.top = (bottom + height + 8 < innerHeight ? bottom + 4 : Math.max(8, top - height - 4)) + 'px'
  about.style.bottom = 'auto'
}

for (const kind of ['mouseover', 'focusin']) addEventListener(kind, place)
$('#error-filters').addEventListener('input', filterErrors)
$('#document-filters').addEventListener('input', filterDocuments)
for (const form of all('form')) form.addEventListener('submit', event => event.preventDefault())
for (const folded of all('.document')) folded.addEventListener('toggle', () => open(folded))
let resizing
addEventListener('resize', () => {
  cancelAnimationFrame(resizing)
  resizing = requestAnimationFrame(() => { for (const folded of drawn.keys()) open(folded) })
})
addEventListener('keydown', event => { if (event.key === 'Escape' && event.target.matches('.term')) event.target.blur() })
addEventListener('hashchange', follow)
filterErrors()
filterDocuments()
follow()
