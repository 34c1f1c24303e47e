/**
 * The header that every frame begins with. All numbers are little-endian.
 *
 *     0   u32  length of the whole frame, header included
 *     4   u16  type of the message
 *     6   u16  flags, 0 in version 1
 *     8   u32  request: chosen by who asks, repeated in the answer; 0 where nothing is asked or answered
 *     12  u32  reserved, 0
 *     16  u53  epoch of the view that the sender is in
 */
export const HEADER = { bytes: 24, length: 0, type: 4, flags: 6, request: 8, reserved: 12, epoch: 16 } as const;
