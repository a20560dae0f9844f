// Requests to the server of this page, with the token of its run.
// Why a request had no use, by its status.
export const REASONS = {
  0: 'The server cannot be reached.',
  401: 'This address is from an earlier run. Open the address that the command printed.',
  500: 'The server has an error: see the terminal.'
}

function given () {
  if (location.hash.length > 1) {
    sessionStorage.setItem('token', location.hash.slice(1))
    history.replaceState(null, '', location.pathname + location.search)
  }
  return sessionStorage.getItem('token') ?? ''
}
let token = given()

// A server that was started again has a new token: a window that opens its address gives it to this rater's windows of the earlier run.
export function share (home) {
  const windows = new BroadcastChannel(`redline/${home}`)
  windows.onmessage = ({ data }) => {
    if (data === token) return
    token = data
    sessionStorage.setItem('token', token)
    dispatchEvent(new Event('token'))
  }
  windows.postMessage(token)
}

// Another address of this page that is entered in its window differs after the # alone, which loads nothing.
addEventListener('hashchange', () => { if (location.hash.length > 1) location.reload() })

// The address of this page with other parameters (null: without it); with the token, so that it opens in a new window too.
export function address (values) {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(values)) value === null ? query.delete(name) : query.set(name, value)
  return `./?${query}#${token}`
}

// The address of another page about a document: `questions` or `correct`.
export const pageOf = (name, values) => `${name}/?${new URLSearchParams(values)}#${token}`

async function ask (path, options = {}) {
  try {
    const response = await fetch(path, { ...options, headers: { 'content-type': 'application/json', 'x-redline-token': token } })
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, body: type.startsWith('application/json') ? await response.json() : null }
  } catch {
    return { status: 0, body: null }
  }
}

export const get = path => ask(path)
export const post = (path, value) => ask(path, { method: 'POST', body: JSON.stringify(value) })
