/** How much one copyRange copies: a member does nothing else meanwhile. The caller of copy_file_range(2) goes on itself. */
export const COPY_BYTES_MAX = 16 * 1_048_576;
