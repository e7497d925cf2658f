// Preloaded into a program, it stands between the program and the calls that change what is on
// disk. INTERPOSE says what it does there. Children do not inherit it.
//
// INTERPOSE=die: kills the program at the Nth call.
//   DIE_AT_CALL=N   at which; 0 only counts.
//   DIE_AT_AFTER=P  counts from the first directory on that is made with P in its path.
//   DIE_AT_COUNT=F  a file that gets the number of calls when the program ends by itself.
//   A call that writes several pages counts twice: death before it, and death when half of its
//   pages are written. Every other call counts once: death before it.
//
// INTERPOSE=fail: lets the Nth call fail.
//   FAIL_AT=N       which of the calls that can fail this way; 0 lets all succeed.
//   FAIL_WITH=W     EIO, ENOSPC, EMFILE or ENOMEM, or short: half of a write, then ENOSPC.
//   FAIL_ALWAYS=1   every later one fails too, and the file system says that it is full.
//   FAIL_LOG=F      a file that gets one line a call: its number or 0, its name, its path.
//
// INTERPOSE=record: writes down every call with what it wrote; see record.c for the format.
//   RECORD_TRACE=F  where.
//   RECORD_ROOT=D   only what is below this directory.
//   RECORD_BREAK=B  breaks the program as it is recorded: nosync and nometasync open LMDB so,
//                   nodirsync forgets to sync directories; nodirsync:P those with P in their path.
