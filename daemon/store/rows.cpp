#include "store/rows.hpp"

#include <sqlite3.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

// These numbers stand in people's files.
static_assert(static_cast<int>(OnClusterLost::kWait) == 0);
static_assert(static_cast<int>(OnClusterLost::kFail) == 1);
static_assert(static_cast<int>(OnClusterLost::kReplace) == 2);
static_assert(static_cast<int>(Verdict::kNone) == 0);
static_assert(static_cast<int>(Verdict::kSucceed) == 1);
static_assert(static_cast<int>(Verdict::kFail) == 2);
static_assert(static_cast<int>(Verdict::kRetry) == 3);

[[noreturn]] void throw_unreadable(const std::string& what) {
  throw SqliteFailure(SQLITE_CORRUPT, "a row holds " + what + ", which Berth never wrote");
}

template <typename Enum>
Enum read_enum(Rows& rows, Enum last, const char* what) {
  const std::int64_t value = rows.integer();
  if (value < 0 || value > static_cast<std::int64_t>(last))
    throw_unreadable(std::string(what) + " " + std::to_string(value));
  return static_cast<Enum>(value);
}

std::vector<std::string_view> split(std::string_view columns) {
  std::vector<std::string_view> names;
  while (!columns.empty()) {
    const std::size_t end = std::min(columns.find(", "), columns.size());
    names.push_back(columns.substr(0, end));
    columns.remove_prefix(std::min(end + 2, columns.size()));
  }
  return names;
}

}  // namespace

void put(Statement& statement, Phase phase) { statement.add_text(phase_name(phase)); }

void put(Statement& statement, OnClusterLost choice) {
  statement.add_integer(static_cast<std::int64_t>(choice));
}

void put(Statement& statement, Verdict verdict) {
  statement.add_integer(static_cast<std::int64_t>(verdict));
}

void put(Statement& statement, const std::vector<std::string>& words) {
  if (words.empty()) return statement.add_text("");
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
  statement.add_copied_text(nlohmann::json(words).dump(-1, ' ', false, kReplace));
}

void put(Statement& statement, const Termination& termination) {
  put(statement, termination.reason);
  put(statement, termination.user);
  put(statement, termination.at);
}

void get(Rows& rows, Phase& phase) {
  const std::string name = rows.text();
  const std::optional<Phase> named = phase_named(name);
  if (!named) throw_unreadable("the phase \"" + name + "\"");
  phase = *named;
}

void get(Rows& rows, OnClusterLost& choice) {
  choice = read_enum(rows, OnClusterLost::kReplace, "the choice on_cluster_lost");
}

void get(Rows& rows, Verdict& verdict) {
  verdict = read_enum(rows, Verdict::kRetry, "the verdict");
}

void get(Rows& rows, std::vector<std::string>& words) {
  words.clear();
  const std::string text = rows.text();
  if (text.empty()) return;
  const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) throw_unreadable("the list " + text);
  for (const nlohmann::json& word : list) {
    if (!word.is_string()) throw_unreadable("the list " + text);
    words.push_back(word.get<std::string>());
  }
}

void get(Rows& rows, Termination& termination) {
  rows.into(termination.reason, termination.user, termination.at);
}

std::string placeholders(std::string_view columns) {
  std::string marks;
  for (std::size_t left = split(columns).size(); left > 0; --left) marks += left > 1 ? "?, " : "?";
  return marks;
}

std::string excluded(std::string_view columns) {
  std::string pairs;
  for (const std::string_view name : split(columns)) {
    if (!pairs.empty()) pairs += ", ";
    pairs.append(name).append(" = excluded.").append(name);
  }
  return pairs;
}

}  // namespace berth
