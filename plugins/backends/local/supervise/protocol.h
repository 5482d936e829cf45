// What berthd and berth-supervise agree on. README.md beside this file says it in words.
#ifndef BERTH_SUPERVISE_PROTOCOL_H_
#define BERTH_SUPERVISE_PROTOCOL_H_

enum {
  kProtocolVersion = 1,
  kRequestDescriptor = 3,  // berthd writes the request, then one kGo
  kStatusDescriptor = 4,   // the supervisor answers in lines
  kRequestBytesMax = 16 * 1024 * 1024,
  kGo = 'G',
};

#define STATUS_LOCKED "L\n"   // lock held, waiting for the request
#define STATUS_DECIDED "F\n"  // the fate was decided before: nothing was or will be run by this one
#define STATUS_STARTED "S\n"  // the fate is "started"; from here on the folder alone tells

#define REMOVE_WORD "remove"  // berth-supervise remove FOLDER UID GID

#define LOCK_FILE "lock"
#define FATE_FILE "fate"
#define CONTROL_FILE "control"
#define EXIT_FILE "exit"
#define OUTPUT_FOLDER "output"
#define SEGMENT_BYTES_FILE "segment_bytes"

#endif  // BERTH_SUPERVISE_PROTOCOL_H_
