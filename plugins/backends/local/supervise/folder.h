// The member's folder: who holds it, what was decided, and records written so that they are there
// whole or not at all. Every file is reached through the folder's descriptor, no link is followed.
#ifndef BERTH_SUPERVISE_FOLDER_H_
#define BERTH_SUPERVISE_FOLDER_H_

#include <stdbool.h>

// Refuses a folder that another user owns or could enter. Becomes the working directory.
int open_member_folder(const char* path);

// True once somebody wrote "started" or "cancelled".
bool fate_is_decided(int folder);

// Waits up to 5 s for a predecessor that is ending. False: the fate was decided meanwhile.
// The lock is held until the process ends; that is what "alive" means.
bool take_lock(int folder);

// Makes (or takes over) the FIFO and opens it for both directions, so it never reports end of file.
int open_control(int folder);
void remove_control(int folder);

// False: somebody was faster. True: "started" is on disk, and only this process may run the job.
bool decide_to_start(int folder);

enum { kRecordBytesMax = 4096 };

// Takes disk room for a record now, so that a disk filled by the job cannot keep it from being
// written. False with errno.
bool reserve_record(int folder, const char* name);

// Writes a small file durably, under a temporary name first. False with errno.
bool write_record(int folder, const char* name, const char* text);

#endif  // BERTH_SUPERVISE_FOLDER_H_
