import protobuf from 'protobufjs/minimal.js';

/**
 * Makes 64-bit fields plain numbers at run time, as the generated types say. All of ours stay below 2^53:
 * microseconds since 1970 until the year 2255, and sequence numbers.
 */
(protobuf.util as { Long: unknown }).Long = null;
protobuf.configure();
