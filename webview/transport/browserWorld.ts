import type { BrowserWorld } from './browserTransport';

/** The transport's view of the real browser. */
export const browserWorld: BrowserWorld = {
  openSocket(url, protocols, events) {
    const socket = new WebSocket(url, protocols);
    socket.onopen = () => events.opened();
    socket.onmessage = ({ data }) => events.received(data);
    socket.onclose = () => events.closed();
    return socket;
  },
  async isServerUp() {
    try {
      await fetch(location.pathname, { cache: 'no-store' });
      return true;
    } catch {
      return false;
    }
  },
  setTimeout: (callback, delayMs) => window.setTimeout(callback, delayMs),
  clearTimeout: (timer) => window.clearTimeout(timer),
  nowMs: Date.now,
  random: Math.random,
};
