// The line to a page's kernel: Jupyter's websocket protocol, and nothing lost when the network drops.
// A message counts as delivered once the kernel says it is done with it; until then it is kept and,
// on a new connection, sent again under the same id, which the kernel handles once.

const PROTOCOL = "v1.kernel.websocket.jupyter.org";
const FIRST_RETRY = 250, LAST_RETRY = 5000;
const encoder = new TextEncoder(), decoder = new TextDecoder();

// Over plain http, other than from this computer itself, there is no randomUUID.
export const freshId = () => crypto.randomUUID?.() ?? String(Math.random()).slice(2);

export class Line {
  #session = freshId();
  #socket = null;
  #waiting = new Map();
  #count = 0;
  #retry = FIRST_RETRY;
  #timer = 0;
  #ended = false;

  // onMessage({channel, header, parent, content, buffers}), onChange() whenever `open` or `waiting` may differ.
  constructor(kernel, onMessage, onChange) {
    Object.assign(this, { kernel, onMessage, onChange });
    this.connect();
  }

  get open() { return this.#socket !== null && this.#socket.readyState === WebSocket.OPEN; }
  get waiting() { return this.#waiting.size; }
  get oldest() { return this.#waiting.size ? this.#waiting.values().next().value.since : 0; }

  connect() {
    clearTimeout(this.#timer);
    if (this.#ended || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    const address = new URL(`/api/kernels/${this.kernel}/channels`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("session_id", this.#session);
    const socket = (this.#socket = new WebSocket(address, [PROTOCOL]));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#retry = FIRST_RETRY;
      for (const { frame } of this.#waiting.values()) socket.send(frame);
      this.onChange();
    };
    socket.onmessage = ({ data }) => this.#receive(unpack(data));
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#timer = setTimeout(() => this.connect(), this.#retry);
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
      this.onChange();
    };
  }

  // A connection that is dead without knowing it is given up, and made anew.
  reconnect() {
    const socket = this.#socket;
    this.#socket = null;
    if (socket) socket.close();
    this.connect();
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    if (this.#socket) this.#socket.close();
  }

  send(type, content, buffers = []) {
    const id = `${this.#session}-${++this.#count}`;
    const header = {
      msg_id: id, msg_type: type, session: this.#session, username: "", version: "5.3", date: new Date().toISOString(),
    };
    const frame = pack("shell", [header, {}, {}, content], buffers);
    this.#waiting.set(id, { frame, since: Date.now() });
    if (this.open) this.#socket.send(frame);
    this.onChange();
    return id;
  }

  #receive(message) {
    if (message.header.msg_type === "status" && message.content.execution_state === "idle") {
      if (this.#waiting.delete(message.parent.msg_id)) this.onChange();
    }
    this.onMessage(message);
  }
}

function pack(channel, parts, buffers) {
  const pieces = [encoder.encode(channel), ...parts.map((part) => encoder.encode(JSON.stringify(part)))];
  for (const buffer of buffers) pieces.push(new Uint8Array(buffer.buffer ?? buffer));
  const count = pieces.length + 1;
  const head = 8 * (1 + count);
  const frame = new Uint8Array(head + pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(count), true);
  let at = head;
  view.setBigUint64(8, BigInt(at), true);
  pieces.forEach((piece, index) => {
    frame.set(piece, at);
    at += piece.byteLength;
    view.setBigUint64(8 * (index + 2), BigInt(at), true);
  });
  return frame;
}

function unpack(data) {
  const view = new DataView(data);
  const count = Number(view.getBigUint64(0, true));
  const offset = (index) => Number(view.getBigUint64(8 * (index + 1), true));
  const piece = (index) => data.slice(offset(index), offset(index + 1));
  const json = (index) => JSON.parse(decoder.decode(piece(index)));
  const buffers = [];
  for (let index = 5; index < count - 1; index++) buffers.push(new DataView(piece(index)));
  return {
    channel: decoder.decode(piece(0)), header: json(1), parent: json(2), content: json(4), buffers,
  };
}
