#include "flawed_disk.hpp"

#include <sqlite3.h>

namespace berth {
namespace {

DiskFlaws flaws;

// SQLite allocates both in one piece: this, then the real file behind it.
struct FlawedFile {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<FlawedFile*>(file)->real(); }

int close_file(sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); }
int read_file(sqlite3_file* f, void* to, int count, sqlite3_int64 at) {
  if (flaws.reads_fail) return SQLITE_IOERR_READ;
  return real(f)->pMethods->xRead(real(f), to, count, at);
}
int write_file(sqlite3_file* f, const void* from, int count, sqlite3_int64 at) {
  if (flaws.is_full) {
    ++flaws.refused_writes;
    flaws.refused_writes.notify_all();
    return SQLITE_FULL;
  }
  return real(f)->pMethods->xWrite(real(f), from, count, at);
}
int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
  return real(f)->pMethods->xTruncate(real(f), size);
}
int sync_file(sqlite3_file* f, int how) {
  if (flaws.sync_fails) return SQLITE_IOERR_FSYNC;
  return real(f)->pMethods->xSync(real(f), how);
}
int file_size(sqlite3_file* f, sqlite3_int64* size) {
  return real(f)->pMethods->xFileSize(real(f), size);
}
int lock(sqlite3_file* f, int how) { return real(f)->pMethods->xLock(real(f), how); }
int unlock(sqlite3_file* f, int how) { return real(f)->pMethods->xUnlock(real(f), how); }
int check_lock(sqlite3_file* f, int* held) {
  return real(f)->pMethods->xCheckReservedLock(real(f), held);
}
int control(sqlite3_file* f, int what, void* with) {
  return real(f)->pMethods->xFileControl(real(f), what, with);
}
int sector_size(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
int traits(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** to) {
  return real(f)->pMethods->xShmMap(real(f), page, size, extend, to);
}
int shm_lock(sqlite3_file* f, int from, int count, int how) {
  return real(f)->pMethods->xShmLock(real(f), from, count, how);
}
void shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
int shm_unmap(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

const sqlite3_io_methods kMethods{2,           close_file,  read_file, write_file, truncate_file,
                                  sync_file,   file_size,   lock,      unlock,     check_lock,
                                  control,     sector_size, traits,    shm_map,    shm_lock,
                                  shm_barrier, shm_unmap,   nullptr,   nullptr};

sqlite3_vfs* behind = nullptr;
sqlite3_vfs in_front;

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* flags_out) {
  f->pMethods = nullptr;
  const int code = behind->xOpen(behind, name, real(f), flags, flags_out);
  if (code == SQLITE_OK) f->pMethods = &kMethods;
  return code;
}

}  // namespace

FlawedDisk::FlawedDisk() {
  behind = sqlite3_vfs_find(nullptr);
  in_front = *behind;
  in_front.zName = "flawed";
  in_front.pNext = nullptr;
  in_front.szOsFile = behind->szOsFile + static_cast<int>(sizeof(FlawedFile));
  in_front.xOpen = open_file;
  sqlite3_vfs_register(&in_front, 1);
}

FlawedDisk::~FlawedDisk() {
  sqlite3_vfs_unregister(&in_front);
  sqlite3_vfs_register(behind, 1);
  flaws.sync_fails = false;
  flaws.is_full = false;
  flaws.reads_fail = false;
  flaws.refused_writes = 0;
}

DiskFlaws* FlawedDisk::operator->() { return &flaws; }

}  // namespace berth
