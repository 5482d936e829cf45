// A backup's file as it comes to be.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "cli/context.hpp"

namespace berth {

// Is there whole under its name, or not at all; never in the place of another.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path file);
  ~NewFile();  // removes what was not kept
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  // Errors: "Conflict" (there is one of that name), "NotFound" (no such folder).
  Result<void> check_is_free() const;
  const std::filesystem::path& partial() const { return partial_; }  // where it is written
  Result<void> keep();                                               // on the disk when it returns

 private:
  std::filesystem::path file_;
  std::filesystem::path partial_;
};

// Has berthd copy its store, and writes that down. Errors: those of the client, of berthd, and of
// the file.
Result<void> download_store(Context& context, const std::filesystem::path& to);

}  // namespace berth
