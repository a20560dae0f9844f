// Starts the page on which a text is corrected: the server finds where the spans would be, and writes all files or none.
import { $, el, number, quote, say } from './dom.js'
import { address, get, post, REASONS, share } from './server.js'

const parameters = new URLSearchParams(location.search)
const doc = parameters.get('doc') ?? ''
const session = { text: '', sha256: '', landing: null, looked: null, looks: 0, timer: 0, saving: false }

const reason = ({ status, body }) => body?.error ?? REASONS[status] ?? 'The server refused the text.'
const sent = () => ({ doc, sha256: session.sha256, text: $('#text').value, leave_out: $('#leave input').checked })
const changed = () => $('#text').value !== session.text

// Asks the server; an answer that a later question has overtaken is dropped.
async function look () {
  const count = ++session.looks
  const { text } = sent()
  const reply = changed() ? await post('/api/correct/look', sent()) : { status: 200, body: null }
  if (count !== session.looks) return
  $('#refusal').textContent = reply.status === 200 ? '' : reason(reply)
  session.landing = reply.status === 200 ? reply.body : null
  session.looked = text
  show()
  document.documentElement.dataset.looked = count
}

function show () {
  const { landing } = session
  $('#found').replaceChildren(...landing ? facts(landing).flatMap(fact) : [])
  $('#changed').replaceChildren(...(landing?.changed ?? []).map(each => item(each, ` → “${quote(each.after)}”`, 'marked unsure')))
  $('#lost').replaceChildren(...(landing?.lost ?? []).map(each => item(each, '', each.why)))
  $('#leave').hidden = !landing?.lost.length
  ready()
  if (landing) say($('#found').innerText)
}

// Whether the text may be saved: what becomes of its spans was shown, and is wanted.
function ready () {
  const { landing, looked } = session
  const may = Boolean(landing) && looked === $('#text').value && (!landing.lost.length || $('#leave input').checked)
  $('#save').setAttribute('aria-disabled', !may)
  return may
}

// Name, sentence, and whether a person should look.
const facts = ({ passages, again, placed, changed, lost, files }) => [
  ['Passages', `${passages}`, false],
  ['Your spans', `${placed} with a place, ${changed.length} of them with other words; ${lost.length} without a place`, lost.length > 0],
  ...again.length ? [['Look again', `passages with other words in which layers are done: ${again.join(', ')}`, true]] : [],
  ['Files of others', `${files}; they follow, or nothing is saved`, false]
]

const fact = ([name, text, warn]) => [el('dt', '', name), el('dd', warn ? 'warn' : '', text)]

function item ({ passage, label, before }, after, why) {
  const node = el('li')
  node.append(el('b', '', label), ` “${quote(before)}”${after} `, el('span', 'dim', `passage ${passage}; ${why}`))
  return node
}

function said (text, bad = false) {
  $('#said').className = bad ? 'bad' : ''
  $('#said').textContent = text
}

async function save (event) {
  event.preventDefault()
  if (session.saving || !changed()) return
  if (!ready()) return said('Look at the list first: what becomes of your spans.', true)
  session.saving = true
  said('Saving')
  const mine = sent()
  const reply = await post('/api/correct/save', mine)
  if (reply.status === 200) await load(mine.text) // until the page has the new text, nobody can save again
  session.saving = false
  if (reply.status !== 200) return said(reason(reply), true)
  const link = el('a', '', 'Open it')
  link.href = '.' + address({ doc })
  said('Saved. ')
  $('#said').append(link)
  link.focus()
}

// The text as the server has it; what was typed in the meantime stays.
async function load (typed) {
  const reply = await get(`/api/correct/${encodeURIComponent(doc)}`)
  if (reply.status !== 200) return trouble(reason(reply))
  const { title, text, cut, sha256, begins, home } = reply.body
  if (!session.sha256) share(home)
  Object.assign(session, { text, sha256, begins })
  $('.top h1').textContent = `Correct a text: ${title}`
  if (typed === undefined || $('#text').value === typed) $('#text').value = cut ?? text
  if (cut !== null) said('The saving of this correction was cut off: save it again.', true)
  $('#leave input').checked = false
  await look()
}

function trouble (text) {
  $('#trouble').hidden = false
  $('#trouble').textContent = text
  $('form').hidden = !session.sha256 // what was typed stays
}

function listen () {
  $('#text').oninput = () => {
    said('')
    $('#leave input').checked = false
    clearTimeout(session.timer)
    session.timer = setTimeout(look, 250)
    $('#save').setAttribute('aria-disabled', true)
  }
  $('#leave input').onchange = ready
  $('form').onsubmit = save
  addEventListener('beforeunload', event => { if (changed()) event.preventDefault() })
}

async function start () {
  await load()
  $('.brand').href = '.' + address({})
  listen()
  const at = session.begins?.[parameters.get('passage')] ?? 0
  $('#text').focus()
  $('#text').setSelectionRange(at, at)
  document.documentElement.dataset.ready = ''
}

start()
