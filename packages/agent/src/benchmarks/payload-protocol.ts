/** What the payload server and the download of net.http agree on. */
export const PAYLOAD_PATH = '/nestwatch/payload';
/** Tells the client that it has reached the node that it meant, since addresses repeat behind NAT. */
export const NODE_HEADER = 'x-nestwatch-node';
/** Set by the server when its own limit, not the network, decided the speed. */
export const RATE_HEADER = 'x-nestwatch-rate';
