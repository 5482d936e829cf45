// berth-supervise remove FOLDER UID GID: empties a job's folder with the rights of its user, so
// that nothing which the job prepared there can make root remove something else.
#ifndef BERTH_SUPERVISE_REMOVE_H_
#define BERTH_SUPERVISE_REMOVE_H_

// The program's exit code: 0 when FOLDER is empty, 1 when something stays, 2 when it was called
// wrongly. It ends by itself after five minutes.
int remove_contents(const char* folder, const char* uid, const char* gid);

#endif  // BERTH_SUPERVISE_REMOVE_H_
