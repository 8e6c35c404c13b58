/* The protocol of lib/snapshot: one writer that never stops publishing, READERS readers, and the
 * store buffers of their processors.
 *
 * Values live in CELLS cells that are used again as soon as they are freed, as an allocator would,
 * so that a stale pointer may meet a new value at its address. Checked: no cell is freed while a
 * reader holds it or a pin counts on it, and no reader comes to hold a cell that is free. Each step
 * touches the shared memory once.
 *
 * SEQUENTIAL: announcements are exchanges; else they are plain stores and the writer has membarrier.
 * Mistakes, each of which must break an assertion: NO_BARRIER (the writer does not wait for the
 * store buffers), NO_SECOND_LOOK (a reader trusts its announcement at once), PINS_FIRST (the writer
 * looks at pins before announcements), NO_PINS (it does not look at pins).
 */
#define READERS 2
#define CELLS 3

byte current = 0;             /* a cell; 0: nothing was published yet */
bool alive[CELLS + 1];
byte pins[CELLS + 1];
byte announced[READERS];      /* as the memory has it */
chan buffer[READERS] = [2] of { byte };  /* stores to announced[] on their way to the memory */

byte held[READERS];           /* what the reader looks into */
byte pinned[READERS];         /* what the reader's one pin keeps */

inline Drain(who) {
  do
  :: nempty(buffer[who]) -> buffer[who] ? announced[who]
  :: empty(buffer[who]) -> break
  od
}

/* A processor empties its buffer when it pleases. */
proctype Processor(byte me) {
end:
  do
  :: atomic { nempty(buffer[me]) -> buffer[me] ? announced[me] }
  od
}

inline Hold() {
  held[me] = seen;
  seen = 0;
  assert(alive[held[me]])
}

proctype Reader(byte me) {
  byte seen;
end:
  do
  :: atomic { current != held[me] -> seen = current; held[me] = 0 };  /* Enter(), a change */
     do
     ::
#ifdef SEQUENTIAL
        atomic { Drain(me); announced[me] = seen };
#else
        buffer[me] ! seen;
#endif
#ifdef NO_SECOND_LOOK
        atomic { Hold(); break }
#else
        atomic {
          if
          :: seen == current -> Hold(); break
          :: else -> seen = current
          fi
        }
#endif
     od
  :: atomic { held[me] != 0 && nfull(buffer[me]) -> held[me] = 0; buffer[me] ! 0 }  /* Rest() */
  :: atomic { held[me] != 0 && pinned[me] == 0 -> pinned[me] = held[me]; pins[held[me]]++ }
  :: atomic { pinned[me] != 0 -> pins[pinned[me]]--; pinned[me] = 0 }
  od
}

inline Barrier() {
  do
  :: atomic { i < READERS -> Drain(i); i++ }
  :: atomic { i == READERS -> i = 0; break }
  od
}

inline LookAtAnnouncements() {
  do
  :: atomic { i < READERS -> busy[announced[i]] = true; i++ }
  :: atomic { i == READERS -> i = 0; busy[0] = false; break }
  od
}

inline LookAtPins() {
  do
  :: atomic { i <= CELLS -> busy[i] = busy[i] || (retired[i] && pins[i] != 0); i++ }
  :: atomic { i > CELLS -> i = 0; break }
  od
}

inline Free(cell) {
  assert(held[0] != cell && held[1] != cell && pinned[0] != cell && pinned[1] != cell);
  retired[cell] = false;
  alive[cell] = false
}

active proctype Writer() {
  bool retired[CELLS + 1], busy[CELLS + 1];
  bool unseen;  /* something was retired since the last barrier: else it needs none */
  byte i, cell;
  atomic {
    do
    :: i < READERS -> run Reader(i); run Processor(i); i++
    :: else -> i = 0; break
    od
  }
end:
  do
  :: atomic {
       if
       :: !alive[1] -> cell = 1  /* Publish(), into any free cell */
       :: !alive[2] -> cell = 2
       :: !alive[3] -> cell = 3
       :: retired[1] || retired[2] || retired[3] -> cell = 0  /* Reclaim() */
       fi;
       if
       :: cell != 0 ->
          alive[cell] = true;
          if
          :: current != 0 -> retired[current] = true; unseen = true
          :: else
          fi;
          current = cell;
          cell = 0
       :: else
       fi
     };
#if !defined(SEQUENTIAL) && !defined(NO_BARRIER)
     if
     :: unseen -> Barrier()
     :: else
     fi;
#endif
     unseen = false;
#ifdef PINS_FIRST
     LookAtPins();
#endif
     LookAtAnnouncements();
#if !defined(PINS_FIRST) && !defined(NO_PINS)
     LookAtPins();
#endif
     atomic {
       i = 1;
       do
       :: i <= CELLS ->
          if
          :: retired[i] && !busy[i] -> Free(i)
          :: else
          fi;
          busy[i] = false;
          i++
       :: else -> i = 0; break
       od
     }
  od
}
