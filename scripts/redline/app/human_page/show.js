// Draws the sentence that is asked about, the question with the keys that answer it, and how far the person is.
import { $, el, say } from './dom.js'
import { ACT, CRITICISES, END, WHICH } from './asking.js'
import { asked, chips, meanings, progress } from './parts.js'

// `note` is a sentence on what happened; `press` takes a key, `ready` is false while an answer is on its way.
export function show (asking, start, { note, press, ready }) {
  progress(asking.answered, asking.words.length)
  const ended = asking.question === END
  const [title, text] = ended ? [closing(asking), ''] : [question(asking, start), asking.words[asking.place].text]
  $('.work').replaceChildren(...ended ? ending(asking, start) : sentence(asking))
  $('.work').setAttribute('aria-label', ended ? 'End' : `Sentence ${asking.place + 1} of ${asking.words.length}`)
  $('.dock').replaceChildren(asked(title, note), chips(asking.choices, press, ready), el('div', 'dim', before(asking, start)))
  say([note, asking.question === ACT ? text : '', title].filter(Boolean).join(' '))
}

function sentence ({ words, place }) {
  const { text, before, after } = words[place]
  const page = el('article', 'sentence')
  for (const [kind, part] of [['dim', before], ['asked', text], ['dim', after]]) {
    const node = el('p', kind, part)
    node.dir = 'auto'
    page.append(node)
  }
  return [el('p', 'place dim', `sentence ${place + 1} of ${words.length}`), page]
}

function question ({ question, act, acts }, { questions: [isAct, which, criticises] }) {
  const chosen = acts.find(([name]) => name === act)
  return { [ACT]: isAct, [WHICH]: which, [CRITICISES]: chosen ? `${chosen[1]}. ${criticises}` : criticises }[question]
}

const closing = ({ answered, words }) => `${answered} of ${words.length} sentences answered`

function ending (asking, { name }) {
  const page = el('article', 'sentence')
  const later = asking.answered < asking.words.length ? [el('p', '', `redline human-check --by ${name} --page continues later.`)] : []
  page.append(el('p', 'asked', closing(asking)), ...later, el('p', '', 'Each answer is on disk. You can close this window.'),
    el('p', 'dim', 'redline human-check --result compares the answers with gold. Read it when you have answered all.'))
  return [page]
}

export const said = (answer, acts) => !answer ? 'open' : `${answer.act ? acts[answer.act] : 'no act'}; ${answer.criticises ? 'criticism' : 'no criticism'}`

function before ({ answers, place }, start) {
  return answers[place] ? `your answer: ${said(answers[place], start.acts)}` : ''
}

export function definitions ({ definitions, order }) {
  const part = meanings('What the words mean', definitions.map(({ title, definition }) => [title, definition]))
  part.append(el('p', 'dim', order))
  $('.panel').replaceChildren(part)
}
