// Preloaded into a program, it kills the program at the Nth call that changes what is on disk.
//
// DIE_AT_CALL=N  says at which; 0 only counts.
// DIE_AT_COUNT=F names a file that gets the number of calls when the program ends by itself.
//
// A call that writes several pages counts twice: death before it, and death when half of its pages
// are written. Every other call counts once: death before it. Children do not inherit it.
