// What is wrong with a request, field by field.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "berth/json_text.hpp"

namespace berth::inline v1 {

// One wrong field: its path as the user wrote it ("ray.workers[0].sku"), what is wrong with it, and
// the nearest right thing where there is one.
struct problem {
  std::string path;
  std::string message;
  std::string hint;
};

// All problems of one request: people want every error at once. Not for several threads.
class problems {
 public:
  void add(std::string path, std::string message, std::string hint = {}) {
    rows_.push_back({std::move(path), std::move(message), std::move(hint)});
  }
  // What will hold otherwise than it was written. The request is good all the same. Hosts up to now
  // take it in and tell nobody.
  void note(std::string path, std::string message) {
    notes_.push_back({std::move(path), std::move(message), {}});
  }

  bool empty() const { return rows_.empty(); }  // but for notes
  const std::vector<problem>& rows() const { return rows_; }
  const std::vector<problem>& notes() const { return notes_; }

  // `[{"path": "...", "message": "...", "hint": "..."}]`; notes have "note": true.
  std::string json() const {
    std::string out = "[";
    for (const problem& row : rows_) write(out, row, "");
    for (const problem& row : notes_) write(out, row, ",\"note\":true");
    return out + ']';
  }

 private:
  static void write(std::string& out, const problem& row, std::string_view more) {
    if (out.size() > 1) out += ',';
    out += "{\"path\":" + json_quoted(row.path) + ",\"message\":" + json_quoted(row.message);
    if (!row.hint.empty()) out += ",\"hint\":" + json_quoted(row.hint);
    out += more;
    out += '}';
  }

  std::vector<problem> rows_;
  std::vector<problem> notes_;
};

}  // namespace berth::inline v1
