// The service worker: keeps what a phone needs to open without network, and sends when it is back.
export {};
