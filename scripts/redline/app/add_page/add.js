// Starts the page on which a text is added: its raw bytes go to the server, which lists what they contain, and saves them when asked.
import { $, el, number, say } from './dom.js'
import { found } from './found.js'
import { address, get, post, REASONS } from './server.js'

const session = { bytes: new Uint8Array(), pasted: null, repairs: new Set(), looks: 0, timer: 0, saving: false }
const NO_ANSWER = { ...REASONS, 413: 'The text is too large.' }

const reason = ({ status, body }) => body?.error ?? NO_ANSWER[status] ?? 'The server refused the text.'
const lines = text => text.replace(/\r\n?/g, '\n')

// Bytes as JSON takes them. In parts, because a call takes few arguments.
function base64 (bytes) {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}

const sent = () => ({ data: base64(session.bytes), repairs: [...session.repairs] })

function trouble (text) {
  $('#trouble').hidden = !text
  $('#trouble').textContent = text
}

function take (bytes) {
  session.bytes = bytes
  session.repairs.clear()
  said('')
  clearTimeout(session.timer)
  session.timer = setTimeout(look, 150)
}

// Shows what the server finds; an answer that a later question has overtaken is dropped.
async function look () {
  const number = ++session.looks
  const reply = await post('/api/add/look', sent())
  if (number !== session.looks) return
  trouble(reply.status === 200 || reply.status === 422 ? '' : reason(reply))
  found(session.bytes.length ? reply.body ?? {} : {}, session.repairs, look)
  $('#save').setAttribute('aria-disabled', !ready(reply))
  document.documentElement.dataset.looked = number
  if (session.bytes.length) say($('#found').innerText)
}

const ready = ({ status, body }) => session.bytes.length > 0 && status === 200 && !body.refusal

function said (text, bad = false) {
  $('#said').className = bad ? 'bad' : ''
  $('#said').textContent = text
}

function about () {
  const values = Object.fromEntries([...new FormData($('form'))].map(([name, value]) => [name, value.trim()]))
  return { ...values, date: values.date || null, sources: lines(values.sources).split('\n').map(line => line.trim()).filter(Boolean) }
}

async function save (event) {
  event.preventDefault()
  if (session.saving) return
  session.saving = true
  said('Saving')
  const reply = await post('/api/add/save', { ...sent(), about: about() })
  session.saving = false
  if (reply.status !== 200) return said(reason(reply), true)
  const { doc, passages, sentences } = reply.body
  const link = el('a', '', 'Open it')
  link.href = '.' + address({ doc })
  said(`${doc}: ${number(passages, 'passage')}, ${number(sentences, 'sentence')}. `)
  $('#said').append(link)
  link.focus()
}

// A text area turns CRLF into LF and shows a file's text: so the bytes of a paste into an empty one, and those of a file, are kept.
function listen () {
  const area = $('#text')
  area.onpaste = event => { session.pasted = area.selectionEnd - area.selectionStart === area.value.length ? event.clipboardData.getData('text/plain') : null }
  area.oninput = () => {
    const { pasted } = session
    session.pasted = null
    $('#file').value = ''
    take(new TextEncoder().encode(pasted !== null && lines(pasted) === area.value ? pasted : area.value))
  }
  $('#file').onchange = async () => {
    const file = $('#file').files[0]
    if (!file) return
    area.value = ''
    take(new Uint8Array(await file.arrayBuffer()))
  }
  $('form').onsubmit = save
}

async function start () {
  const reply = await get('/api/add')
  if (reply.status !== 200) return trouble(reason(reply))
  const option = value => Object.assign(el('option', '', value), { value })
  $('[name=genre]').append(...['', ...reply.body.genres].map(option))
  $('#licences').append(...reply.body.licences.map(option))
  $('#events').append(...reply.body.events.map(option))
  $('.brand').href = '.' + address({})
  listen()
  $('#text').focus()
  document.documentElement.dataset.ready = ''
}

start()
